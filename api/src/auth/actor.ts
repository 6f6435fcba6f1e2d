import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Role } from '@qc/contracts';
import type { Request } from 'express';

/** Who asks: taken from the access token, never from what the request says. */
export interface Actor {
  id: string;
  role: Role;
  sessionId: string;
  /** An admin who has yet to set up the second factor that the settings ask for: reaches the own account alone. */
  restricted?: true;
}

export const CurrentActor = createParamDecorator((_: unknown, ctx: ExecutionContext): Actor => {
  return ctx.switchToHttp().getRequest<Request>().user as Actor;
});

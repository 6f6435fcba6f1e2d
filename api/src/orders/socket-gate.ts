import { Inject, Injectable } from '@nestjs/common';
import type { Refusal } from '@qc/contracts';
import { ruleOfMessage } from '../auth/access';
import { AccessRefusals } from '../auth/access-refusals';
import { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';
import { asRequest, type RequestOrigin } from '../platform/http/request-context';
import { clientAddress } from '../platform/limits/client-address';
import { Metrics } from '../platform/metrics/metrics';
import type { LiveSocket, SocketData } from './live-socket';
import { SocketLimits } from './socket-limits';
import { SocketPace } from './socket-pace';

/** The door for every client message: what comes too fast, or the table of access does not allow, is answered unheard. */
@Injectable()
export class SocketGate {
  constructor(
    private readonly metrics: Metrics,
    private readonly refusals: AccessRefusals,
    private readonly limits: SocketLimits,
    @Inject(Env) private readonly env: Env,
  ) {}

  guard(socket: LiveSocket): void {
    const origin = this.originOf(socket);
    const pace = new SocketPace(this.env);
    socket.use(([name, ...payload], next) => {
      const speed = pace.next();
      const problem = speed === 'fine' ? this.problemWith(String(name), socket.data) : tooFast();
      if (!problem) return asRequest(origin, next);
      this.refuse(socket, String(name), problem, origin);
      const acknowledge: unknown = payload.at(-1);
      if (typeof acknowledge === 'function') (acknowledge as (answer: Refusal) => void)(refusalOf(problem));
      if (speed === 'over') socket.disconnect(true);
    });
  }

  private refuse({ data: { actor } }: LiveSocket, asked: string, problem: Problem, origin: RequestOrigin): void {
    this.metrics.refused(problem.code);
    if (actor && problem.code === 'FORBIDDEN') asRequest(origin, () => this.refusals.next({ actor, asked }));
  }

  private problemWith(name: string, { actor }: SocketData): Problem | undefined {
    const rule = ruleOfMessage(name);
    if (!rule) return new Problem('NOT_FOUND', 'there is no such message');
    if (!actor) return rule.anyone ? undefined : new Problem('UNAUTHENTICATED');
    if (!rule[actor.role]) return new Problem('FORBIDDEN', `this is not for a ${actor.role}`);
    const tooMany = name === 'partnerLocation' && !this.limits.takesPosition(actor);
    return tooMany ? new Problem('RATE_LIMITED', 'too many positions') : undefined;
  }

  /** The same for every message: where the connection was made from. */
  private originOf({ request }: LiveSocket): RequestOrigin {
    return { address: clientAddress(request, this.env.TRUST_PROXY), userAgent: request.headers['user-agent'] };
  }
}

function tooFast(): Problem {
  return new Problem('RATE_LIMITED', 'too many messages');
}

function refusalOf({ code, detail }: Problem): Refusal {
  return { ok: false, code, ...(detail !== undefined && { detail }) };
}

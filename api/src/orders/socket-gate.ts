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

/** The door for every client message: what the table of access does not allow is answered unheard. */
@Injectable()
export class SocketGate {
  constructor(
    private readonly metrics: Metrics,
    private readonly refusals: AccessRefusals,
    @Inject(Env) private readonly env: Env,
  ) {}

  guard(socket: LiveSocket): void {
    const origin = this.originOf(socket);
    socket.use(([name, ...payload], next) => {
      const problem = problemWith(String(name), socket.data);
      if (!problem) return asRequest(origin, next);
      this.metrics.refused(problem.code);
      const { actor } = socket.data;
      if (actor && problem.code === 'FORBIDDEN')
        asRequest(origin, () => this.refusals.next({ actor, asked: String(name) }));
      const acknowledge: unknown = payload.at(-1);
      if (typeof acknowledge === 'function') (acknowledge as (answer: Refusal) => void)(refusalOf(problem));
    });
  }

  /** The same for every message: where the connection was made from. */
  private originOf({ request }: LiveSocket): RequestOrigin {
    return { address: clientAddress(request, this.env.TRUST_PROXY), userAgent: request.headers['user-agent'] };
  }
}

function problemWith(name: string, { actor }: SocketData): Problem | undefined {
  const rule = ruleOfMessage(name);
  if (!rule) return new Problem('NOT_FOUND', 'there is no such message');
  if (actor) return rule[actor.role] ? undefined : new Problem('FORBIDDEN', `this is not for a ${actor.role}`);
  return rule.anyone ? undefined : new Problem('UNAUTHENTICATED');
}

function refusalOf({ code, detail }: Problem): Refusal {
  return { ok: false, code, ...(detail !== undefined && { detail }) };
}

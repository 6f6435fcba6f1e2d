import { Injectable } from '@nestjs/common';
import type { Refusal } from '@qc/contracts';
import { ruleOfMessage } from '../auth/access';
import { Problem } from '../platform/http/problem';
import { Metrics } from '../platform/metrics/metrics';
import type { LiveSocket, SocketData } from './live-socket';

/** The door for every client message: what the table of access does not allow is answered unheard. */
@Injectable()
export class SocketGate {
  constructor(private readonly metrics: Metrics) {}

  guard(socket: LiveSocket): void {
    socket.use(([name, ...payload], next) => {
      const problem = problemWith(String(name), socket.data);
      if (!problem) return next();
      this.metrics.refused(problem.code);
      const acknowledge: unknown = payload.at(-1);
      if (typeof acknowledge === 'function') (acknowledge as (answer: Refusal) => void)(refusalOf(problem));
    });
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

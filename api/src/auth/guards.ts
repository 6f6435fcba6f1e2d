import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { Problem } from '../platform/http/problem';
import { needsConfirmedAddress, type Rule, ruleOfRoute } from './access';
import { AccessRefusals } from './access-refusals';
import type { Actor } from './actor';
import { ConfirmedAddresses } from './confirmed-addresses';

/** Knows who asks. Where anyone may come a token is looked at when there is one, and its absence is no matter. */
@Injectable()
export class JwtGuard extends AuthGuard('jwt') {
  override canActivate(ctx: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    if (ctx.getType() !== 'http') return true; // sockets are known since their handshake
    const anonymous = !ctx.switchToHttp().getRequest<Request>().headers.authorization;
    return (anonymous && isOpen(ctx)) || super.canActivate(ctx);
  }

  override handleRequest<T>(error: Error | null, actor: T | false): T {
    if (error) throw error;
    // whoever shows a bad token is nobody: counted by the address, and then refused by the table of access
    return (actor || undefined) as T;
  }
}

/** Closed by default: a route without a rule in the table of access is a fault. Whose thing it is, is the policy's business. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly addresses: ConfirmedAddresses,
    private readonly refusals: AccessRefusals,
  ) {}

  canActivate(ctx: ExecutionContext): boolean | Promise<boolean> {
    if (ctx.getType() !== 'http') return true; // the socket gate asks the same table
    const rule = ruleOf(ctx);
    if (!rule) throw new Error(`${ctx.getClass().name}.${ctx.getHandler().name} has no rule in auth/access.ts`);
    if (rule.anyone) return true;
    const actor = ctx.switchToHttp().getRequest<Request>().user as Actor | undefined;
    if (!actor) throw new Problem('UNAUTHENTICATED');
    if (!rule[actor.role]) throw this.refusal(ctx, actor, 'FORBIDDEN');
    if (actor.restricted && rule[actor.role] === 'all') throw this.refusal(ctx, actor, 'SECOND_FACTOR_SETUP_REQUIRED');
    return needsConfirmedAddress(...routeOf(ctx)) ? this.withConfirmedAddress(actor) : true;
  }

  private refusal(ctx: ExecutionContext, actor: Actor, code: 'FORBIDDEN' | 'SECOND_FACTOR_SETUP_REQUIRED'): Problem {
    this.refusals.next({ actor, asked: routeOf(ctx).join(' ') });
    return new Problem(code, code === 'FORBIDDEN' ? `this is not for a ${actor.role}` : undefined);
  }

  private async withConfirmedAddress({ id }: Actor): Promise<true> {
    await this.addresses.assertConfirmed(id);
    return true;
  }
}

function isOpen(ctx: ExecutionContext): boolean {
  return ruleOf(ctx)?.anyone !== undefined;
}

function ruleOf(ctx: ExecutionContext): Rule | undefined {
  return ruleOfRoute(...routeOf(ctx));
}

/** Method, and path as the router knows it. */
function routeOf(ctx: ExecutionContext): [method: string, path: string] {
  const request = ctx.switchToHttp().getRequest<Request>();
  return [request.method, (request.route as { path: string }).path];
}

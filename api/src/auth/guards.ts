import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { Problem } from '../platform/http/problem';
import { PUBLIC, Roles } from '../platform/http/roles';
import type { Actor } from './actor';

/** Knows who asks. On a public route a token is looked at when there is one, and its absence is no matter. */
@Injectable()
export class JwtGuard extends AuthGuard('jwt') {
  constructor(private readonly reflector: Reflector) {
    super();
  }

  override canActivate(ctx: ExecutionContext): ReturnType<CanActivate['canActivate']> {
    if (ctx.getType() !== 'http') return true; // sockets are known since their handshake
    const anonymous = !ctx.switchToHttp().getRequest<Request>().headers.authorization;
    return (anonymous && this.isPublic(ctx)) || super.canActivate(ctx);
  }

  override handleRequest<T>(error: Error | null, actor: T | false, _info: unknown, ctx: ExecutionContext): T {
    if (error) throw error;
    if (!actor && !this.isPublic(ctx)) throw new Problem('UNAUTHENTICATED');
    return actor as T;
  }

  private isPublic(ctx: ExecutionContext): boolean {
    return this.reflector.getAllAndOverride<boolean>(PUBLIC, [ctx.getHandler(), ctx.getClass()]) === true;
  }
}

/** Closed by default: a route that declares neither `@Roles` nor `@Public` is a fault. Whose thing it is, is the policy's business. */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(ctx: ExecutionContext): boolean {
    if (ctx.getType() !== 'http') return true;
    const targets = [ctx.getHandler(), ctx.getClass()] as const;
    const roles = this.reflector.getAllAndOverride(Roles, [...targets]);
    if (!roles && this.reflector.getAllAndOverride<boolean>(PUBLIC, [...targets])) return true;
    if (!roles) throw new Error(`${ctx.getClass().name}.${ctx.getHandler().name} declares no @Roles`);
    const actor = ctx.switchToHttp().getRequest<Request>().user as Actor | undefined;
    if (!actor) throw new Problem('UNAUTHENTICATED');
    if (!roles.includes(actor.role)) throw new Problem('FORBIDDEN', `this is not for a ${actor.role}`);
    return true;
  }
}

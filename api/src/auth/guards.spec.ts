import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Module,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import type { Role } from '@qc/contracts';
import type { Request } from 'express';
import { ProblemFilter } from '../platform/http/problem.filter';
import { Metrics } from '../platform/metrics/metrics';
import { AccessRefusals } from './access-refusals';
import { ConfirmedAddresses } from './confirmed-addresses';
import { AccessGuard } from './guards';

const SECRET = 'what nobody should see';

/** Addresses of the table of access, and one that is not in it. */
@Controller()
class Corners {
  @Get('undeclared') forgotten(): string {
    return SECRET;
  }

  @Get('admin/live-stats') admins(): string {
    return SECRET;
  }

  @Get('delivery/stats') partners(): string {
    return SECRET;
  }

  @Get('auth/me') owners(): string {
    return SECRET;
  }

  @Get('config') open(): string {
    return 'welcome';
  }

  @Get('constructor') nameOfEveryObject(): string {
    return SECRET;
  }
}

/** In the place of the token's guard: whoever the header says. */
class Whoever implements CanActivate {
  canActivate(ctx: ExecutionContext): boolean {
    const request = ctx.switchToHttp().getRequest<Request>();
    const role = request.header('x-role') as Role | undefined;
    request.user = role && { id: '1', role, sessionId: '1' };
    return true;
  }
}

@Module({
  controllers: [Corners],
  providers: [
    { provide: APP_GUARD, useClass: Whoever },
    AccessRefusals,
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: ConfirmedAddresses, useValue: { assertConfirmed: () => Promise.resolve() } },
    { provide: Metrics, useValue: { refused: () => undefined } },
  ],
})
class Corner {}

describe('a route', () => {
  let app: INestApplication;
  let url: string;
  beforeAll(async () => {
    app = await NestFactory.create(Corner, { logger: false });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  it.each<[string, string, Role | undefined, number]>([
    ['that is not in the table is a fault, whoever asks', '/undeclared', undefined, 500],
    ['that is not in the table is a fault even for an admin', '/undeclared', 'admin', 500],
    ['is not in the table by a name that every object has', '/constructor', 'admin', 500],
    ['for admins takes one', '/admin/live-stats', 'admin', 200],
    ['for admins takes no customer', '/admin/live-stats', 'customer', 403],
    ['for admins takes no partner', '/admin/live-stats', 'partner', 403],
    ['for admins takes nobody unknown', '/admin/live-stats', undefined, 401],
    ['for partners takes one', '/delivery/stats', 'partner', 200],
    ['for partners takes no admin', '/delivery/stats', 'admin', 403],
    ['for owners takes each', '/auth/me', 'customer', 200],
    ['for owners takes nobody unknown', '/auth/me', undefined, 401],
    ['for anyone takes anyone', '/config', undefined, 200],
  ])('%s', async (_what, path, role, status) => {
    const answer = await fetch(`${url}${path}`, { headers: role ? { 'X-Role': role } : {} });
    expect(answer.status).toBe(status);
    if (status < 400) return;
    const text = await answer.text();
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('Controller');
    const codes: Record<number, string> = { 401: 'UNAUTHENTICATED', 403: 'FORBIDDEN', 500: 'INTERNAL' };
    expect((JSON.parse(text) as { code: string }).code).toBe(codes[status]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

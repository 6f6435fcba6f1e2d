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
import { Public, Roles } from '../platform/http/roles';
import { Metrics } from '../platform/metrics/metrics';
import { RolesGuard } from './guards';

const SECRET = 'what nobody should see';

@Controller('undeclared')
class UndeclaredController {
  @Get() forgotten(): string {
    return SECRET;
  }
}

@Controller('admin')
@Roles(['admin'])
class AdminController {
  @Get() inherits(): string {
    return SECRET;
  }

  @Get('for-partners') @Roles(['partner']) narrows(): string {
    return SECRET;
  }

  @Get('open') @Public() staysClosed(): string {
    return SECRET;
  }
}

@Controller('public')
@Public()
class PublicController {
  @Get() open(): string {
    return 'welcome';
  }

  @Get('closed') @Roles(['admin']) closed(): string {
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
  controllers: [UndeclaredController, AdminController, PublicController],
  providers: [
    { provide: APP_GUARD, useClass: Whoever },
    { provide: APP_GUARD, useClass: RolesGuard },
    { provide: APP_FILTER, useClass: ProblemFilter },
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
    ['that declares nothing is a fault, whoever asks', '/undeclared', undefined, 500],
    ['that declares nothing is a fault even for an admin', '/undeclared', 'admin', 500],
    ['for admins takes one', '/admin', 'admin', 200],
    ['for admins takes no customer', '/admin', 'customer', 403],
    ['for admins takes no partner', '/admin', 'partner', 403],
    ['for admins takes nobody unknown', '/admin', undefined, 401],
    ['goes by its own roles, not by its controller’s', '/admin/for-partners', 'partner', 200],
    ['goes by its own roles, which may leave the admin out', '/admin/for-partners', 'admin', 403],
    ['of a closed controller is not opened by a word too much', '/admin/open', undefined, 401],
    ['that is public takes anyone', '/public', undefined, 200],
    ['with roles in a public controller is closed', '/public/closed', undefined, 401],
    ['with roles in a public controller is for them', '/public/closed', 'customer', 403],
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

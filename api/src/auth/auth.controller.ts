import { Body, Controller, Get, Inject, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Session, UserAnswer } from '@qc/contracts';
import type { CookieOptions, Request, Response } from 'express';
import { Env } from '../platform/env';
import { Answers } from '../platform/http/answers';
import { type Actor, CurrentActor } from './actor';
import { ChangePasswordDto, LoginDto, RegisterDto, UpdateProfileDto } from './auth.dto';
import { AuthService, type SignedIn } from './auth.service';

const REFRESH_COOKIE = 'qc_refresh';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    @Inject(Env) private readonly env: Env,
  ) {}

  @Post('register')
  @Answers(201, 'Session')
  async register(
    @Body() body: RegisterDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    return this.answer(await this.auth.register(body), request, response);
  }

  @Post('login')
  @Answers(200, 'Session')
  async login(
    @Body() body: LoginDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    return this.answer(await this.auth.login(body), request, response);
  }

  @Post('refresh')
  @Answers(200, 'Session')
  async refresh(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Session> {
    return this.answer(await this.auth.refresh(refreshTokenOf(request)), request, response);
  }

  @Post('logout')
  @Answers(204)
  async logout(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.auth.logout(refreshTokenOf(request));
    response.clearCookie(REFRESH_COOKIE, cookieOptions(request));
  }

  @Post('logout-all')
  @Answers(204)
  async logoutAll(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.auth.logoutAll(refreshTokenOf(request));
    response.clearCookie(REFRESH_COOKIE, cookieOptions(request));
  }

  @Get('me')
  @ApiBearerAuth()
  @Answers(200, 'UserAnswer')
  async me(@CurrentActor() actor: Actor): Promise<UserAnswer> {
    return { user: await this.auth.me(actor) };
  }

  @Put('profile')
  @ApiBearerAuth()
  @Answers(200, 'UserAnswer')
  async updateProfile(@CurrentActor() actor: Actor, @Body() body: UpdateProfileDto): Promise<UserAnswer> {
    return { user: await this.auth.updateProfile(actor, body) };
  }

  @Put('password')
  @ApiBearerAuth()
  @Answers(200, 'UserAnswer')
  async changePassword(@CurrentActor() actor: Actor, @Body() body: ChangePasswordDto): Promise<UserAnswer> {
    return { user: await this.auth.changePassword(actor, body) };
  }

  private answer(signedIn: SignedIn, request: Request, response: Response): Session {
    return answerSession(signedIn, request, response, this.env);
  }
}

export function answerSession(
  { refreshToken, ...session }: SignedIn,
  request: Request,
  response: Response,
  env: Env,
): Session {
  response.cookie(REFRESH_COOKIE, refreshToken, { ...cookieOptions(request), maxAge: env.REFRESH_TOKEN_TTL * 1000 });
  response.setHeader('Cache-Control', 'no-store');
  return session;
}

function refreshTokenOf(request: Request): string | undefined {
  const token: unknown = (request.cookies as Record<string, unknown>)[REFRESH_COOKIE];
  return typeof token === 'string' ? token : undefined;
}

function cookieOptions(request: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', path: '/api/auth', secure: request.secure };
}

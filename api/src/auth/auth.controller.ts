import { Body, Controller, Get, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Session, UserAnswer } from '@qc/contracts';
import type { Request, Response } from 'express';
import { Answers } from '../platform/http/answers';
import { type Actor, CurrentActor } from './actor';
import { ChangePasswordDto, LoginDto, RegisterDto, UpdateProfileDto } from './auth.dto';
import { AuthService } from './auth.service';
import { OwnAccountService } from './own-account.service';
import { RegistrationService } from './registration.service';
import { SessionCookies } from './session-cookies';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly account: OwnAccountService,
    private readonly registration: RegistrationService,
    private readonly cookies: SessionCookies,
  ) {}

  @Post('register')
  @Answers(201, 'Session')
  async register(
    @Body() body: RegisterDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    return this.cookies.give(await this.registration.register(body, this.cookies.read(request)), response);
  }

  @Post('login')
  @Answers(200, 'Session')
  async login(
    @Body() body: LoginDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    return this.cookies.give(await this.auth.login(body, this.cookies.read(request)), response);
  }

  @Post('refresh')
  @Answers(200, 'Session')
  async refresh(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Session> {
    return this.cookies.give(await this.auth.refresh(this.cookies.read(request).refreshToken), response);
  }

  @Post('logout')
  @Answers(204)
  async logout(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.auth.logout(this.cookies.read(request).refreshToken);
    this.cookies.takeBack(response);
  }

  @Post('logout-all')
  @Answers(204)
  async logoutAll(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    await this.auth.logoutAll(this.cookies.read(request).refreshToken);
    this.cookies.takeBack(response);
  }

  @Get('me')
  @ApiBearerAuth()
  @Answers(200, 'UserAnswer')
  async me(@CurrentActor() actor: Actor): Promise<UserAnswer> {
    return { user: await this.account.me(actor) };
  }

  @Put('profile')
  @ApiBearerAuth()
  @Answers(200, 'UserAnswer')
  async updateProfile(@CurrentActor() actor: Actor, @Body() body: UpdateProfileDto): Promise<UserAnswer> {
    return { user: await this.account.updateProfile(actor, body) };
  }

  @Put('password')
  @ApiBearerAuth()
  @Answers(200, 'UserAnswer')
  async changePassword(@CurrentActor() actor: Actor, @Body() body: ChangePasswordDto): Promise<UserAnswer> {
    return { user: await this.account.changePassword(actor, body) };
  }
}

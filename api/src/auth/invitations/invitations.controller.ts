import { Body, Controller, Delete, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { Invitation, InvitationPage, Session } from '@qc/contracts';
import type { Request, Response } from 'express';
import { Answers } from '../../platform/http/answers';
import { PageQuery } from '../../platform/mongo/cursor';
import { ObjectIdPipe } from '../../platform/mongo/object-id';
import { Queries } from '../../platform/openapi/request-schemas';
import { type Actor, CurrentActor } from '../actor';
import { SessionCookies } from '../session-cookies';
import { InvitationAcceptance } from './invitation-acceptance';
import { AcceptInvitationDto, InviteDto } from './invitations.dto';
import { InvitationsService } from './invitations.service';

@ApiTags('admin')
@Controller()
export class InvitationsController {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly acceptance: InvitationAcceptance,
    private readonly cookies: SessionCookies,
  ) {}

  @Post('admin/invitations')
  @ApiBearerAuth()
  @Answers(201, 'Invitation')
  invite(@CurrentActor() admin: Actor, @Body() { email }: InviteDto): Promise<Invitation> {
    return this.invitations.invite(email, admin);
  }

  @Get('admin/invitations')
  @ApiBearerAuth()
  @Queries(PageQuery)
  @Answers(200, 'InvitationPage')
  list(@Query() query: PageQuery): Promise<InvitationPage> {
    return this.invitations.list(query);
  }

  @Delete('admin/invitations/:id')
  @ApiBearerAuth()
  @Answers(204)
  takeBack(@CurrentActor() admin: Actor, @Param('id', ObjectIdPipe) id: string): Promise<void> {
    return this.invitations.takeBack(id, admin);
  }

  @Post('auth/invitations/accept')
  @Answers(201, 'Session')
  async accept(
    @Body() body: AcceptInvitationDto,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Session> {
    return this.cookies.give(await this.acceptance.accept(body, this.cookies.read(request)), response);
  }
}

import { Controller, Delete, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { SessionList } from '@qc/contracts';
import { Answers } from '../platform/http/answers';
import { ObjectIdPipe } from '../platform/mongo/object-id';
import { type Actor, CurrentActor } from './actor';
import { SessionsService } from './sessions.service';

@ApiTags('auth')
@ApiBearerAuth()
@Controller('auth/sessions')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  @Get()
  @Answers(200, 'SessionList')
  list(@CurrentActor() actor: Actor): Promise<SessionList> {
    return this.sessions.list(actor);
  }

  @Delete(':id')
  @Answers(204)
  end(@CurrentActor() actor: Actor, @Param('id', ObjectIdPipe) id: string): Promise<void> {
    return this.sessions.endOwn(actor, id);
  }
}

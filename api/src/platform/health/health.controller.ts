import { Controller, Get } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { ApiTags } from '@nestjs/swagger';
import type { Connection } from 'mongoose';
import { Answers } from '../http/answers';
import { Problem } from '../http/problem';
import { Public } from '../http/roles';

/** For load balancers and operations. */
@ApiTags('operations')
@Controller('health')
@Public()
export class HealthController {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** The process runs. */
  @Get('live')
  @Answers(200, 'Health')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** It can do its work: 503 without MongoDB. */
  @Get('ready')
  @Answers(200, 'Health')
  async ready(): Promise<{ status: 'ok' }> {
    await this.connection.db!.command({ ping: 1 }, { timeoutMS: 2000 }).catch(() => {
      throw new Problem('UNAVAILABLE', 'MongoDB does not answer', { retryAfter: 2 });
    });
    return { status: 'ok' };
  }
}

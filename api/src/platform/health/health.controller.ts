import { Controller, Get } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { ApiTags } from '@nestjs/swagger';
import type { Health } from '@qc/contracts';
import type { Connection } from 'mongoose';
import { Answers } from '../http/answers';
import { Problem } from '../http/problem';
import { Lifecycle } from '../lifecycle';
import { Redis } from '../redis/redis';

/** For load balancers and operations. */
@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly redis: Redis,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** The process runs. */
  @Get('live')
  @Answers(200, 'Health')
  live(): Health {
    return { status: 'ok' };
  }

  /** It can do its work: 503 without MongoDB, and when it is about to end. Without Redis it can, more slowly. */
  @Get('ready')
  @Answers(200, 'Health')
  async ready(): Promise<Health> {
    if (this.lifecycle.ending) throw new Problem('UNAVAILABLE', 'this process is about to end', { retryAfter: 2 });
    await this.connection.db!.command({ ping: 1 }, { timeoutMS: 2000 }).catch(() => {
      throw new Problem('UNAVAILABLE', 'MongoDB does not answer', { retryAfter: 2 });
    });
    const { state } = this.redis;
    return { status: 'ok', ...(state !== 'absent' && { redis: state }) };
  }
}

import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ClientConfig } from '@qc/contracts';
import { Env } from '../platform/env';
import { Answers } from '../platform/http/answers';

@ApiTags('operations')
@Controller('config')
export class ConfigController {
  constructor(@Inject(Env) private readonly env: Env) {}

  /** What a web client needs to know before anyone has signed in. */
  @Get()
  @Answers(200, 'ClientConfig')
  config(): ClientConfig {
    return { demo: !this.env.production };
  }
}

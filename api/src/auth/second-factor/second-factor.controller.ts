import { Body, Controller, Header, Post, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { RecoveryCodes, SecondFactorSetup } from '@qc/contracts';
import { Answers } from '../../platform/http/answers';
import { type Actor, CurrentActor } from '../actor';
import { ConfirmSecondFactorDto, RemoveSecondFactorDto, SetUpSecondFactorDto } from './second-factor.dto';
import { SecondFactorService } from './second-factor.service';

@ApiTags('auth')
@ApiBearerAuth()
@Controller('auth/second-factor')
export class SecondFactorController {
  constructor(private readonly secondFactor: SecondFactorService) {}

  @Post()
  @Header('Cache-Control', 'no-store')
  @Answers(200, 'SecondFactorSetup')
  setUp(@CurrentActor() admin: Actor, @Body() { password }: SetUpSecondFactorDto): Promise<SecondFactorSetup> {
    return this.secondFactor.setUp(admin, password);
  }

  @Put()
  @Header('Cache-Control', 'no-store')
  @Answers(200, 'RecoveryCodes')
  confirm(@CurrentActor() admin: Actor, @Body() { code }: ConfirmSecondFactorDto): Promise<RecoveryCodes> {
    return this.secondFactor.confirm(admin, code);
  }

  @Post('removal')
  @Answers(204)
  remove(@CurrentActor() admin: Actor, @Body() body: RemoveSecondFactorDto): Promise<void> {
    return this.secondFactor.remove(admin, body);
  }
}

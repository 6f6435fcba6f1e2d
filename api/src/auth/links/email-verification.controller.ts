import { Body, Controller, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Answers } from '../../platform/http/answers';
import { type Actor, CurrentActor } from '../actor';
import { EmailVerificationService } from './email-verification.service';
import { VerifyEmailDto } from './links.dto';

@ApiTags('auth')
@Controller('auth/email')
export class EmailVerificationController {
  constructor(private readonly verification: EmailVerificationService) {}

  @Post('verification')
  @ApiBearerAuth()
  @Answers(204)
  sendAgain(@CurrentActor() actor: Actor): Promise<void> {
    return this.verification.sendAgain(actor);
  }

  @Post('verify')
  @Answers(204)
  verify(@Body() { token }: VerifyEmailDto): Promise<void> {
    return this.verification.verify(token);
  }
}

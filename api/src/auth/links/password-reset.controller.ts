import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Answers } from '../../platform/http/answers';
import { ForgotPasswordDto, ResetPasswordDto } from './links.dto';
import { PasswordResetService } from './password-reset.service';

@ApiTags('auth')
@Controller('auth/password')
export class PasswordResetController {
  constructor(private readonly resets: PasswordResetService) {}

  @Post('forgot')
  @Answers(204)
  forgot(@Body() { email }: ForgotPasswordDto): void {
    this.resets.begin(email);
  }

  @Post('reset')
  @Answers(204)
  reset(@Body() body: ResetPasswordDto): Promise<void> {
    return this.resets.finish(body);
  }
}

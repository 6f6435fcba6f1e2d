import { Body, Controller, Get, Header, HttpCode, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Actor, CurrentActor } from '../auth/actor';
import { Answers, schemaRef } from '../platform/http/answers';
import { ObjectIdPipe } from '../platform/mongo/object-id';
import { ErasureService } from './erasure.service';
import { PersonalDataService } from './personal-data.service';
import { ConfirmPasswordDto } from './privacy.dto';

@ApiTags('privacy')
@ApiBearerAuth()
@Controller()
export class PrivacyController {
  constructor(
    private readonly data: PersonalDataService,
    private readonly erasure: ErasureService,
  ) {}

  @Get('auth/personal-data')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiResponse({
    status: 200,
    description: 'PersonalData',
    content: { 'application/json': { schema: schemaRef('PersonalData') } },
  })
  personalData(@CurrentActor() actor: Actor): Promise<StreamableFile> {
    return this.data.file(actor);
  }

  @Post('auth/erasure')
  @Answers(204)
  eraseOwn(@CurrentActor() customer: Actor, @Body() { password }: ConfirmPasswordDto): Promise<void> {
    return this.erasure.erase(customer.id, customer, password);
  }

  @Post('admin/users/:id/erasure')
  @Answers(204)
  erase(
    @CurrentActor() admin: Actor,
    @Param('id', ObjectIdPipe) id: string,
    @Body() { password }: ConfirmPasswordDto,
  ): Promise<void> {
    return this.erasure.erase(id, admin, password);
  }
}

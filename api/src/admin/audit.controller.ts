import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { AuditPage } from '@qc/contracts';
import { Answers } from '../platform/http/answers';
import { Queries } from '../platform/openapi/request-schemas';
import { AuditQueryDto } from './audit-query.dto';
import { AuditReader } from './audit-reader.service';

@ApiTags('admin')
@ApiBearerAuth()
@Controller('admin/audit')
export class AuditController {
  constructor(private readonly audit: AuditReader) {}

  @Get()
  @Queries(AuditQueryDto)
  @Answers(200, 'AuditPage')
  page(@Query() query: AuditQueryDto): Promise<AuditPage> {
    return this.audit.page(query);
  }
}

import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { FileStore } from './file-store';
import { sendFile } from './send-file';

@ApiTags('files')
@Controller('files')
export class FilesController {
  constructor(private readonly files: FileStore) {}

  @Get(':name')
  @ApiOkResponse({
    description: 'The picture',
    content: { 'image/webp': { schema: { type: 'string', format: 'binary' } } },
  })
  async read(@Param('name') name: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await sendFile(name, await this.files.get(name), request, response);
  }
}

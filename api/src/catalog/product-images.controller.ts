import { Controller, Param, Put, UploadedFile, UseInterceptors } from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { Product } from '@qc/contracts';
import { type Actor, CurrentActor } from '../auth/actor';
import { Answers } from '../platform/http/answers';
import type { Versioned } from '../platform/http/etag.interceptor';
import { IfMatch } from '../platform/http/if-match';
import { ObjectIdPipe } from '../platform/mongo/object-id';
import { LARGEST_PICTURE } from './picture';
import { ProductImagesService } from './product-images.service';

/** One file and nothing else. It is kept in memory, for nobody but an admin comes this far. */
const UPLOAD = {
  limits: { fileSize: LARGEST_PICTURE, files: 1, fields: 0, parts: 1, fieldNameSize: 20, headerPairs: 20 },
};

@ApiTags('catalogue')
@Controller('products/:id/image')
export class ProductImagesController {
  constructor(private readonly images: ProductImagesService) {}

  @Put()
  @ApiBearerAuth()
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    required: true,
    schema: {
      type: 'object',
      required: ['image'],
      properties: { image: { type: 'string', format: 'binary' } },
      additionalProperties: false,
    },
  })
  @UseInterceptors(FileInterceptor('image', UPLOAD))
  @Answers(200, 'Product')
  replace(
    @Param('id', ObjectIdPipe) id: string,
    @UploadedFile() file: { buffer: Buffer } | undefined,
    @CurrentActor() admin: Actor,
    @IfMatch() version?: number,
  ): Promise<Versioned<Product>> {
    return this.images.replace(id, file?.buffer, admin, version);
  }
}

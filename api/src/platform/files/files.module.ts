import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { Env } from '../env';
import { FileStore } from './file-store';
import { FilesController } from './files.controller';
import { FolderStore } from './folder-store';
import { S3Store } from './s3-store';

@Module({
  controllers: [FilesController],
  providers: [
    {
      provide: FileStore,
      inject: [Env],
      useFactory: ({ S3_URL, DATA_DIR }: Env) =>
        S3_URL ? new S3Store(S3_URL) : new FolderStore(join(DATA_DIR, 'files')),
    },
  ],
  exports: [FileStore],
})
export class FilesModule {}

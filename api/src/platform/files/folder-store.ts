import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FileStore, requiredTypeOf, type StoredFile, typeOf } from './file-store';

/** Files in a folder. Several processes share it as a volume. */
export class FolderStore extends FileStore {
  constructor(private readonly folder: string) {
    super();
  }

  async put(name: string, bytes: Buffer): Promise<void> {
    requiredTypeOf(name);
    await mkdir(this.folder, { recursive: true });
    // no reader sees half of it, and a power cut leaves none under its name
    const part = join(this.folder, `${randomUUID()}.part`);
    try {
      const file = await open(part, 'wx');
      await file.writeFile(bytes);
      await file.sync();
      await file.close();
      await rename(part, join(this.folder, name));
    } finally {
      await rm(part, { force: true });
    }
  }

  async get(name: string): Promise<StoredFile | null> {
    const type = typeOf(name);
    if (!type) return null;
    try {
      const file = await open(join(this.folder, name));
      const { size } = await file.stat();
      return { stream: file.createReadStream(), type, length: size };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    requiredTypeOf(name);
    await rm(join(this.folder, name), { force: true });
  }
}

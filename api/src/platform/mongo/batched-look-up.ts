import DataLoader from 'dataloader';

/**
 * Looks records up by id: all that is asked for while the process reads what has come in over its sockets is one query.
 * Nothing is kept: whoever asks later reads afresh, so that an answer is never older than its question.
 */
export class BatchedLookUp<T extends { _id: { toString(): string } }> {
  private readonly loader: DataLoader<string, T | null>;

  constructor(find: (ids: string[]) => Promise<T[]>) {
    this.loader = new DataLoader(
      async (ids) => {
        const found = new Map((await find([...new Set(ids)])).map((one) => [String(one._id), one]));
        return ids.map((id) => found.get(id) ?? null);
      },
      // DataLoader's own moment comes before the next socket is read
      { cache: false, batchScheduleFn: (run) => void setImmediate(run), maxBatchSize: 500 },
    );
  }

  byId(id: { toString(): string }): Promise<T | null> {
    return this.loader.load(String(id));
  }

  /** Those that there are, in any order. */
  async byIds(ids: readonly { toString(): string }[]): Promise<T[]> {
    const found = await Promise.all(ids.map((id) => this.byId(id)));
    return found.filter((one) => one !== null);
  }
}

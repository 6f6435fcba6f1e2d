import type { ClientSession } from 'mongoose';
import { Problem } from '../http/problem';
import type { Transactions } from './transactions';

interface Member<T, R> {
  item: T;
  resolve: (result: R) => void;
  reject: (error: unknown) => void;
}

/**
 * Changes that would only fight for the same documents go into one transaction: while one is on its way the next ones
 * gather, and then go together. Rivals of one process so never meet, and the hotter it is the fewer commits are waited
 * for. An item is alone as soon as it is the only one.
 */
export class GroupCommit<T, R> {
  private readonly waiting: Member<T, R>[] = [];
  private running = 0;

  /**
   * @param work answers each item in its place: a result, or the problem that it alone has and that wrote nothing. What it
   * throws undoes all, and each is tried by itself.
   * @param limits `size`: most items of one transaction, which stays short, and small for the oplog; `atOnce`: most
   * transactions under way, one when they would only fight each other
   */
  constructor(
    private readonly transactions: Transactions,
    private readonly work: (items: readonly T[], session: ClientSession) => Promise<(R | Problem)[]>,
    private readonly limits: { size: number; atOnce: number },
  ) {}

  /** Resolves when the item's change is committed. Rejects with its own problem, never with another one's. */
  add(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.running < this.limits.atOnce) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running += 1;
    while (this.waiting.length) await this.commit(this.waiting.splice(0, this.limits.size));
    this.running -= 1;
  }

  private async commit(group: readonly Member<T, R>[]): Promise<void> {
    try {
      const items = group.map(({ item }) => item);
      const outcomes = await this.transactions.run((session) => this.work(items, session));
      for (const [index, { resolve, reject }] of group.entries()) {
        const outcome = outcomes[index]!;
        if (outcome instanceof Problem) reject(outcome);
        else resolve(outcome);
      }
    } catch (error) {
      // one of them is at fault: each for itself, so that the others do not suffer. A database that is away is nobody's
      if (group.length > 1 && !isUnavailable(error)) for (const one of group) await this.commit([one]);
      else for (const { reject } of group) reject(error);
    }
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.code === 'UNAVAILABLE';
}

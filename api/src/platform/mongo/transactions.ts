import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession, Connection } from 'mongoose';
import { Subject } from 'rxjs';

/**
 * Runs a use case as one MongoDB transaction: snapshot reads, majority commit. The callback may run several times
 * (a write conflict, an unknown commit result), so that it touches nothing but its session.
 */
@Injectable()
export class Transactions {
  /** After each commit. Who needs more than a hint reads the database. */
  readonly committed = new Subject<void>();

  constructor(@InjectConnection() private readonly connection: Connection) {}

  async run<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
    const session = await this.connection.startSession();
    try {
      const result = await session.withTransaction(work, {
        readConcern: { level: 'snapshot' },
        writeConcern: { w: 'majority' },
        readPreference: 'primary',
      });
      this.committed.next();
      return result;
    } finally {
      await session.endSession();
    }
  }
}

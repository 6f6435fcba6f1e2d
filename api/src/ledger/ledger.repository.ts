import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { MinorUnits } from '@qc/contracts';
import { type ClientSession, type Model, Types } from 'mongoose';
import { oid } from '../platform/mongo/object-id';
import type { Account, Posting } from './domain/postings';
import { LedgerRecord } from './ledger.schema';

export type NewEntry = Posting & Pick<LedgerRecord, 'orderId' | 'currency' | 'at'>;

@Injectable()
export class LedgerRepository {
  constructor(@InjectModel(LedgerRecord.name) private readonly entries: Model<LedgerRecord>) {}

  /** Part of the change that it books. @throws a duplicate key error when the order has an entry of this kind. */
  async post(entries: readonly NewEntry[], session: ClientSession): Promise<void> {
    const booked = entries.filter(({ lines }) => lines.length);
    if (!booked.length) return;
    await this.entries.insertMany(
      booked.map((entry) => ({ _id: new Types.ObjectId(), ...entry })),
      { session, lean: true },
    );
  }

  /** Of one order, in the order of their making. */
  ofOrder(orderId: string): Promise<LedgerRecord[]> {
    return this.entries
      .find({ orderId: oid(orderId) })
      .sort({ _id: 1 })
      .lean<LedgerRecord[]>()
      .exec();
  }

  /** Entries with a line on one of these accounts, oldest first; read as they are asked for. */
  withAccounts(accounts: readonly Account[]): AsyncIterable<LedgerRecord> {
    return this.entries
      .find({ 'lines.account': { $in: accounts } })
      .sort({ _id: 1 })
      .lean<LedgerRecord>()
      .cursor();
  }

  /** The sum of an account in each currency, debit positive. Minor units. */
  async balance(account: Account, session?: ClientSession): Promise<Map<string, MinorUnits>> {
    const sums = await this.entries
      .aggregate<{ _id: string; amount: MinorUnits }>([
        { $match: { 'lines.account': account } },
        { $unwind: '$lines' },
        { $match: { 'lines.account': account } },
        { $group: { _id: '$currency', amount: { $sum: '$lines.amount' } } },
      ])
      .session(session ?? null);
    return new Map(sums.map(({ _id, amount }) => [_id, amount]));
  }
}

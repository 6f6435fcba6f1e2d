import type { mongo } from 'mongoose';
import type { Migration } from '../platform/mongo/migration';
import { isDuplicateKey } from '../platform/mongo/duplicate-key';
import { normalizeEmail } from '../users/email-address';

interface Account {
  _id: mongo.ObjectId;
  email: string;
}

/**
 * E-mail addresses beyond ASCII get the form in which they are looked up from now on. One whose new form is somebody else's
 * already stays as it is: two accounts of one address are for people to sort out.
 */
export const normaliseEmails: Migration = {
  name: '0003-normalise-emails',
  compatible: true,
  up: async ({ database, signal }) => {
    const users = database.collection<Account>('users');
    for await (const { _id, email } of users.find({ email: /[^\x20-\x7e]/ }, { projection: { email: 1 } })) {
      signal.throwIfAborted();
      const normal = normalizeEmail(email);
      if (normal !== email) await users.updateOne({ _id, email }, { $set: { email: normal } }).catch(unlessTaken);
    }
  },
  // the old form is read by nobody any more, and the new one by old servers too, as it is written
  down: () => Promise.resolve(),
};

function unlessTaken(error: unknown): void {
  if (!isDuplicateKey(error, 'email')) throw error;
}

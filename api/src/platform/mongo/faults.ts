import { Error as MongooseError, mongo } from 'mongoose';

const { MongoError, MongoErrorLabel } = mongo;

/** Nothing was written, and the same may go well the next time: a write conflict, a primary that stepped down. */
export function isTransient(error: unknown): boolean {
  return [error, causeOf(error)].some(
    (one) => one instanceof MongoError && one.hasErrorLabel(MongoErrorLabel.TransientTransactionError),
  );
}

/** A bulk write puts an error of its own, without labels, around the one that it met. */
function causeOf(error: unknown): unknown {
  return error instanceof mongo.MongoBulkWriteError ? error.errorResponse : error;
}

/** A server that is going down, is no longer or not yet the primary (`NotWritablePrimary` and its kin). */
const STEPPING_DOWN = new Set([91, 189, 10_107, 11_600, 11_602, 13_435, 13_436]);

const AWAY = [
  mongo.MongoNetworkError, // a cleared pool among them
  mongo.MongoServerSelectionError,
  mongo.MongoOperationTimeoutError,
  MongooseError.MongooseServerSelectionError,
] as const;

/** No server could be asked, or the one asked went away. Whether it still did what it was told is not known. */
export function isDatabaseAway(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause instanceof mongo.MongoServerError) return STEPPING_DOWN.has(Number(cause.code));
  return AWAY.some((kind) => cause instanceof kind);
}

/** The answer to a commit was lost, or the commit is not yet on a majority. */
export function isUnknownCommit(error: unknown): boolean {
  return (
    (error instanceof MongoError && error.hasErrorLabel(MongoErrorLabel.UnknownTransactionCommitResult)) ||
    isDatabaseAway(error)
  );
}

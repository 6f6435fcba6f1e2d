import type { Schema } from 'mongoose';

/** Whatever of Mongoose would change or remove what is there. */
const CHANGES = [
  'updateOne',
  'updateMany',
  'replaceOne',
  'deleteOne',
  'deleteMany',
  'findOneAndUpdate',
  'findOneAndReplace',
  'findOneAndDelete',
] as const;

/** Lets a collection take new documents and nothing else: any other write through its model is refused before it is sent. */
export function appendOnly(schema: Schema): void {
  const refuse = (): never => {
    throw new Error(`${String(schema.get('collection'))} is append-only`);
  };
  schema.pre([...CHANGES], refuse);
  schema.pre('deleteOne', { document: true, query: false }, refuse);
  schema.pre('updateOne', { document: true, query: false }, refuse);
  // may hold any of them
  schema.pre('bulkWrite', refuse);
  schema.pre('save', function () {
    if (!this.isNew) refuse();
  });
}

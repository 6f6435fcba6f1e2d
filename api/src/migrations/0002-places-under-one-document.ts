import type { Migration } from '../platform/mongo/migration';

/** The next event gets a place beyond all that were given out before, when each process counted for itself. */
export const placesUnderOneDocument: Migration = {
  name: '0002-places-under-one-document',
  compatible: true,
  up: async ({ database }) => {
    const [last] = await database
      .collection<{ pos?: number }>('events')
      .find({ pos: { $gte: 0 } })
      .sort({ pos: -1 })
      .limit(1)
      .toArray();
    const places = database.collection<{ _id: string; last: number }>('event_places');
    if (last?.pos) await places.updateOne({ _id: 'events' }, { $max: { last: last.pos } }, { upsert: true });
  },
  down: async ({ database }) => {
    await database.collection('event_places').deleteMany({});
  },
};

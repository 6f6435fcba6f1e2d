// The built product in a process of its own, as it runs in production; tells its parent the instant of each commit.
const dist = new URL('../../dist/api/api/src/', import.meta.url);
const load = async <T>(path: string): Promise<T> => (await import(new URL(path, dist).href)) as T;

type Events = readonly { _id: { toHexString(): string } }[];

interface App {
  listen(port: number, host: string): Promise<unknown>;
  getUrl(): Promise<string>;
  get<T>(token: unknown): T;
}

const { createApp } = await load<{ createApp: (env: unknown) => Promise<App> }>('create-app.js');
const { readEnv } = await load<{ readEnv: () => unknown }>('platform/env.js');
const { OutboxRepository } = await load<{ OutboxRepository: unknown }>('outbox/outbox.repository.js');

const app = await createApp(readEnv());
await app.listen(0, '127.0.0.1');
process.send!({ url: await app.getUrl() });
process.on('disconnect', () => process.exit());

process.on('message', (message) => {
  if (message !== 'report commits') return;
  app
    .get<{ committed: { subscribe(next: (events: Events) => void): void } }>(OutboxRepository)
    .committed.subscribe((events) => {
      // the monotonic clock is one for all processes of a machine
      const at = Number(process.hrtime.bigint()) / 1e6;
      process.send!({ committed: { ids: events.map(({ _id }) => _id.toHexString()), at } });
    });
});

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemBody, Session, SessionList } from '@qc/contracts';
import type { Answer, Client } from './support/client';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

const UNKNOWN = [404, 'SESSION_NOT_FOUND'];
const PHONE =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36';

describe('the sessions of an account', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ SESSION_MAX_TTL: '7200', REFRESH_TOKEN_TTL: '3600' });
  });
  afterAll(() => server.stop());

  const list = async (client: Client): Promise<SessionList> => (await client.get<SessionList>('/auth/sessions')).body;
  const again = (client: Client): Promise<Client> => server.anonymous().signIn(client.user.email, 'correct horse');
  const refresh = (cookie: string, headers = {}): Promise<Answer<Session & ProblemBody>> =>
    server.anonymous().post('/auth/refresh', undefined, { Cookie: cookie, ...headers });
  const cookieOf = (answer: Answer<unknown>): string => answer.headers.getSetCookie()[0]!.split(';')[0]!;

  it('are listed with what their owner knows them by, the last used first', async () => {
    const here = await server.customer();
    const { email } = here.user;
    server.advance(5_000);
    const headers = { 'User-Agent': PHONE };
    await server.anonymous().post('/auth/login', { email, password: 'correct horse' }, headers);
    const { items, nextCursor } = await list(here);
    expect(nextCursor).toBeNull();
    expect(items.map(({ current, device }) => [current, device])).toEqual([
      [false, 'Chrome on Android'],
      [true, 'Unknown device'],
    ]);
    expect(items.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.1']);
    expect(Date.parse(items[0]!.startedAt) - Date.parse(items[1]!.startedAt)).toBeGreaterThanOrEqual(5_000);
    expect(items.every(({ startedAt, lastUsedAt }) => startedAt === lastUsedAt)).toBe(true);
    expect(Object.keys(items[0]!).toSorted()).toEqual(
      ['address', 'current', 'device', 'id', 'lastUsedAt', 'startedAt'].toSorted(),
    );
  });

  it('keep the name of a device, not what it sent', async () => {
    const { user } = await server.customer();
    const headers = { 'User-Agent': `${PHONE} secret-build/7` };
    await server.anonymous().post('/auth/login', { email: user.email, password: 'correct horse' }, headers);
    const stored = await server.database.collections['sessions']!.find().toArray();
    expect(JSON.stringify(stored)).not.toMatch(/secret-build|Mozilla/);
  });

  it('are told of each use: when, and from what', async () => {
    const here = await server.customer();
    server.advance(60_000);
    await refresh(here.cookie!, { 'User-Agent': PHONE });
    const [only] = (await list(here)).items;
    expect(only!.device).toBe('Chrome on Android');
    expect(Date.parse(only!.lastUsedAt) - Date.parse(only!.startedAt)).toBeGreaterThanOrEqual(60_000);
  });

  it('are ended one by one by their owner: token and cookie at once, the others live on', async () => {
    const here = await server.customer();
    const [there, third] = [await again(here), await again(here)];
    const thereId = (await list(there)).items.find(({ current }) => current)!.id;
    expect((await here.delete(`/auth/sessions/${thereId}`)).status).toBe(204);
    expect((await there.get('/auth/me')).status).toBe(401);
    expect((await refresh(there.cookie!)).status).toBe(401);
    expect((await third.get('/auth/me')).status).toBe(200);
    expect((await list(here)).items.map(({ id }) => id)).not.toContain(thereId);
    expect(refusal(await here.delete(`/auth/sessions/${thereId}`))).toEqual(UNKNOWN);
    const lines = await server.database.collections['audit']!.find({ action: 'session.ended' }).toArray();
    expect(lines.map(({ target }) => String((target as { id: unknown }).id))).toContain(thereId);
  });

  it('take their sockets with them', async () => {
    const here = await server.customer();
    const there = await again(here);
    const socket = await there.connect();
    const gone = new Promise((resolve) => void socket.once('disconnect', resolve));
    const { items } = await list(there);
    await here.delete(`/auth/sessions/${items.find(({ current }) => current)!.id}`);
    expect(await Promise.race([gone, pause(5_000, 'still there', { ref: false })])).toBe('io server disconnect');
  });

  it('of somebody else are answered like those that there never were, and live on', async () => {
    const [mine, theirs] = [await server.customer(), await server.partner({ available: false })];
    const [{ id }] = (await list(theirs)).items as [SessionList['items'][0]];
    for (const caller of [mine, await server.admin()]) {
      const [foreign, unknown] = [
        await caller.delete(`/auth/sessions/${id}`),
        await caller.delete(`/auth/sessions/${'0'.repeat(24)}`),
      ];
      expect(refusal(foreign)).toEqual(UNKNOWN);
      expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    }
    expect((await theirs.get('/auth/me')).status).toBe(200);
    expect((await list(mine)).items.map((one) => one.id)).not.toContain(id);
  });

  it('from before this was kept are listed too, and go on', async () => {
    const client = await server.customer();
    const sessions = server.database.collections['sessions']!;
    const [{ id }] = (await list(client)).items as [SessionList['items'][0]];
    const old = (await sessions.findOne({ userId: { $exists: true } }, { sort: { _id: -1 } }))!;
    expect(String(old._id)).toBe(id);
    await sessions.updateOne({ _id: old._id }, { $unset: { startedAt: 1, device: 1, address: 1 } });
    const [only] = (await list(client)).items;
    expect(only).toEqual({
      id,
      current: true,
      device: 'Unknown device',
      startedAt: old._id.getTimestamp().toISOString(),
      lastUsedAt: (old['rotatedAt'] as Date).toISOString(),
    });
    expect((await refresh(client.cookie!)).status).toBe(200);
  });

  it('end after the time that they have in all, however often they are used', async () => {
    let { cookie } = await server.customer();
    for (const minutes of [50, 50, 19]) {
      server.advance(minutes * 60_000);
      const next = await refresh(cookie!);
      expect(next.status).toBe(200);
      cookie = cookieOf(next);
    }
    server.advance(61_000);
    expect((await refresh(cookie!)).status).toBe(401);
  });

  it('give no token that outlives them', async () => {
    const { cookie } = await server.customer();
    server.advance(59 * 60_000);
    const second = await refresh(cookie!);
    server.advance(58 * 60_000);
    const last = await refresh(cookieOf(second));
    const claims = last.body.accessToken.split('.')[1]!;
    const { exp, iat } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { exp: number; iat: number };
    expect(second.body.expiresIn).toBe(900);
    expect(last.body.expiresIn).toBeLessThanOrEqual(180);
    expect(exp - iat).toBe(last.body.expiresIn);
  });
});

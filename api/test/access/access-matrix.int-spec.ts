import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ProblemBody, type Role, ROLES } from '@qc/contracts';
import { type Reach, ROUTES, type Rule, type RouteKey } from '../../src/auth/access';
import type { Answer, Client } from '../support/client';
import { PROBES } from './probes';
import { World } from './world';

/** Who asks: nobody in particular, or somebody with an account. */
type Caller = 'anonymous' | Role;

const NOBODYS = '0'.repeat(24);

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world.stop());

const routes = Object.entries(ROUTES) as [RouteKey, Rule][];

it('has a probe for every route of the table, and every route of the server is in the table', async () => {
  const { paths } = (await (await fetch(`${world.server.url}/api/docs-json`)).json()) as {
    paths: Record<string, object>;
  };
  const served = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(
      (method) => `${method.toUpperCase()} ${path.replace('/api', '').replace(/\{(\w+)\}/g, ':$1')}`,
    ),
  );
  expect(Object.keys(PROBES).sort()).toEqual(Object.keys(ROUTES).sort());
  expect(served.sort()).toEqual(Object.keys(ROUTES).sort());
});

/** Asks for one route as one caller, of one thing. */
async function ask(route: RouteKey, as: Client, caller: Caller, id = NOBODYS): Promise<Answer<ProblemBody>> {
  const { body, headers } = PROBES[route];
  const [method, path] = route.split(' ') as [string, string];
  const address = path.replace(/:\w+/, id);
  const given: object | undefined =
    typeof body === 'function' ? await body(world, caller === 'anonymous' ? 'customer' : caller) : body;
  const extra = await headers?.(world);
  if (method === 'GET') return as.get(address, extra);
  if (method === 'DELETE') return as.delete(address, extra);
  return method === 'PUT' ? as.put(address, given, extra) : as.post(address, given, extra);
}

/** All of a refusal that could tell one thing from another. */
const said = ({ body }: Answer<ProblemBody>): object => ({ ...body, requestId: undefined });

const named = (route: RouteKey): boolean => route.includes('/:');

/** What each reach of the table promises. */
const PROMISES: Record<Reach, (route: RouteKey, role: Role) => Promise<void>> = {
  async open(route, role) {
    const { ok, thing } = PROBES[route];
    const who = await world.person(role);
    expect((await ask(route, who, role, (await thing?.(world, role))?.id)).status).toBe(ok);
  },
  async self(route, role) {
    expect((await ask(route, await world.person(role), role)).status).toBe(PROBES[route].ok);
  },
  async own(route, role) {
    const { ok, thing } = PROBES[route];
    const mine = await thing!(world, role);
    const theirs = await thing!(world, role);
    const stranger = await world.stranger(role);
    const foreign = await ask(route, stranger, role, theirs.id);
    expect([foreign.status, said(foreign)]).toEqual([404, said(await ask(route, stranger, role))]);
    expect((await ask(route, mine.owner!, role, mine.id)).status).toBe(ok);
    // and it was not touched: its owner still can
    expect((await ask(route, theirs.owner!, role, theirs.id)).status).toBe(ok);
  },
  async offered(route, role) {
    if (!named(route)) return PROMISES.self(route, role);
    await PROMISES.own(route, role);
    const { id } = await world.waiting();
    expect((await ask(route, await world.person(role), role, id)).status).toBe(PROBES[route].ok);
    const offline = await world.server.partner({ available: false });
    expect((await ask(route, offline, role, id)).status).toBe(404);
  },
  async contested(route, role) {
    const { ok, thing } = PROBES[route];
    const [partner, late] = [await world.person(role), await world.person(role)];
    const { id } = await thing!(world, role);
    expect((await ask(route, partner, role, id)).status).toBe(ok);
    if (route.startsWith('DELETE')) return;
    expect([409, 423]).toContain((await ask(route, late, role, id)).status);
    expect((await ask(route, late, role)).status).toBe(404);
    const offline = await world.server.partner({ available: false });
    expect((await ask(route, offline, role, (await thing!(world, role)).id)).body.code).toBe('PARTNER_OFFLINE');
  },
  async all(route, role) {
    const { ok, thing } = PROBES[route];
    const who = await world.person(role);
    expect((await ask(route, who, role, (await thing?.(world, role))?.id)).status).toBe(ok);
    if (named(route)) expect((await ask(route, who, role)).status).toBe(404);
  },
};

describe.each(routes)('%s', (route, rule) => {
  it('keeps out whoever has no account', async () => {
    const { ok, thing, unknown } = PROBES[route];
    const anyones = (await thing?.(world, 'customer'))?.id;
    if (!rule.anyone) {
      const answers = [await ask(route, world.server.anonymous(), 'anonymous', anyones)];
      if (named(route)) answers.push(await ask(route, world.server.anonymous(), 'anonymous'));
      for (const { status, body } of answers) expect([status, body.code]).toEqual([401, 'UNAUTHENTICATED']);
      return;
    }
    expect((await ask(route, world.server.anonymous(), 'anonymous', anyones)).status).toBe(ok);
    if (named(route))
      expect((await ask(route, world.server.anonymous(), 'anonymous', unknown ?? NOBODYS)).status).toBe(404);
  });

  it.each(ROLES)('answers a %s as the table says', async (role) => {
    const reach = rule[role] ?? rule.anyone;
    if (reach) return PROMISES[reach](route, role);
    const who = await world.person(role);
    // whether it is there or not, and whosever: the same words
    const ids = named(route) ? [NOBODYS, (await PROBES[route].thing!(world, 'customer')).id] : [undefined];
    const answers = [];
    for (const id of ids) answers.push(said(await ask(route, who, role, id)));
    expect(answers[0]).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});

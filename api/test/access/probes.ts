import type { Product, Role } from '@qc/contracts';
import sharp from 'sharp';
import type { RouteKey } from '../../src/auth/access';
import { DEMO_PASSWORD } from '../../src/demo/demo-shop';
import type { Make, World } from './world';

type Fields = Record<string, unknown> | FormData;
type Body = Fields | ((world: World, role: Role) => Fields | Promise<Fields>);

/** How to ask for a route so that who may gets a good answer. */
export interface Probe {
  /** The status of that answer. */
  ok: number;
  body?: Body;
  headers?: (world: World) => Promise<Record<string, string>>;
  /** What the path's parameter names. */
  thing?: Make;
  /** In the place of the parameter: what does not exist. */
  unknown?: string;
}

const assigned: Make = (world, role) => world.assigned(role);
const delivered: Make = (world, role) => world.delivered(role);
const waiting: Make = async (world) => ({ id: (await world.waiting()).id });
const product: Make = (world) => world.product();
const partner: Make = async (world) => ({ id: (await world.person('partner')).user.id });
const customer: Make = async (world) => ({ id: (await world.person('customer')).user.id });
const tracked: Make = async (world) => ({ id: (await world.waiting()).trackingUrl!.split('/').at(-1)! });

const cookie = async (world: World): Promise<Record<string, string>> => ({
  Cookie: (await world.person('customer')).cookie!,
});

const session: Make = (world, role) => world.session(role);
const invitation: Make = (world) => world.invitation();
const picture = async (): Promise<FormData> => {
  const bytes = await sharp({ create: { width: 80, height: 80, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(bytes)]), 'tea.png');
  return form;
};
const shown: Make = async (world) => {
  const { id } = await world.product();
  const { body } = await world.admin.put<Product>(`/products/${id}/image`, await picture());
  return { id: body.imageUrl!.split('/').at(-1)! };
};

let accounts = 0;
/** Of no letter that was ever sent. */
const NO_LINK = 'A'.repeat(43);
const basket: Body = ({ items }) => ({
  items,
  deliveryAddress: { street: '5 Park Lane' },
  paymentMethod: 'cash',
});
const toSomebody: Body = async (world) => ({ partnerId: (await world.person('partner')).user.id });
/** The move that each may make of an order in a partner's hands. */
const move: Body = (_world, role) =>
  role === 'partner' ? { status: 'picked_up' } : { status: 'cancelled', note: 'no longer wanted' };

export const PROBES: Record<RouteKey, Probe> = {
  'GET /health/live': { ok: 200 },
  'GET /health/ready': { ok: 200 },
  'GET /metrics': { ok: 200 },
  'GET /config': { ok: 200 },
  'GET /track/:token': { ok: 200, thing: tracked, unknown: 'A'.repeat(22) },

  'POST /auth/register': {
    ok: 201,
    body: () => ({
      email: `matrix.${(accounts += 1)}@test.example`,
      password: 'correct horse',
      role: 'customer',
      profile: { firstName: 'Nina' },
    }),
  },
  'POST /auth/login': { ok: 200, body: { email: 'customer@demo.test', password: DEMO_PASSWORD } },
  'POST /auth/refresh': { ok: 200, headers: cookie },
  'POST /auth/logout': { ok: 204, headers: cookie },
  'POST /auth/logout-all': { ok: 204, headers: cookie },
  'GET /auth/me': { ok: 200 },
  'PUT /auth/profile': { ok: 200, body: { lastName: 'Rao' } },
  'PUT /auth/password': {
    ok: 200,
    body: (_world, role) => {
      const currentPassword = role === 'admin' ? DEMO_PASSWORD : 'correct horse';
      return { currentPassword, newPassword: currentPassword };
    },
  },
  'GET /auth/sessions': { ok: 200 },
  'DELETE /auth/sessions/:id': { ok: 204, thing: session },
  'POST /auth/password/forgot': { ok: 204, body: { email: 'nobody@test.example' } },
  // what opens them is the link alone: a good answer to one who has none is that it is no good
  'POST /auth/password/reset': { ok: 410, body: { token: NO_LINK, password: 'correct horse' } },
  'POST /auth/email/verify': { ok: 410, body: { token: NO_LINK } },
  'POST /auth/invitations/accept': {
    ok: 410,
    body: { token: NO_LINK, password: 'correct horse', profile: { firstName: 'Nina' } },
  },
  'POST /auth/email/verification': { ok: 204 },
  'POST /auth/second-factor': { ok: 200, body: { password: DEMO_PASSWORD } },
  // a good answer to one whose app has shown nothing yet
  'PUT /auth/second-factor': { ok: 401, body: { code: '000000' } },
  'POST /auth/second-factor/removal': { ok: 401, body: { password: DEMO_PASSWORD, code: '000000' } },

  'GET /auth/personal-data': { ok: 200 },
  'POST /auth/erasure': { ok: 204, body: { password: 'correct horse' } },
  'POST /admin/users/:id/erasure': { ok: 204, thing: customer, body: { password: DEMO_PASSWORD } },

  'GET /stores': { ok: 200 },
  'GET /products': { ok: 200 },
  'GET /products/categories': { ok: 200 },
  'GET /products/:id': { ok: 200, thing: product },
  'POST /products': { ok: 201, body: { name: 'Tea', category: 'Tests', price: 100, stock: 1 } },
  'PUT /products/:id': { ok: 200, thing: product, body: { price: 200 } },
  'DELETE /products/:id': { ok: 204, thing: product },
  'PUT /products/:id/image': { ok: 200, thing: product, body: picture },
  'GET /files/:name': { ok: 200, thing: shown, unknown: `${'0'.repeat(64)}.webp` },

  'POST /orders/quote': { ok: 200, body: ({ items }) => ({ items }) },
  'POST /orders': { ok: 201, body: basket },
  'GET /orders': { ok: 200 },
  'GET /orders/unassigned': { ok: 200 },
  'GET /orders/:id': { ok: 200, thing: assigned },
  'GET /orders/:id/events': { ok: 200, thing: assigned },
  'GET /orders/:id/cancellation': { ok: 200, thing: assigned },
  'PUT /orders/:id/status': { ok: 200, thing: assigned, body: move },
  'POST /orders/:id/cancel': { ok: 200, thing: assigned, body: {} },
  'POST /orders/:id/rating': { ok: 200, thing: delivered, body: { score: 5 } },
  'POST /orders/:id/reorder': { ok: 201, thing: delivered },

  'POST /orders/:id/accept': { ok: 200, thing: waiting },
  'POST /delivery/:id/accept': { ok: 200, thing: waiting },
  'POST /delivery/:id/lock': { ok: 200, thing: waiting },
  'DELETE /delivery/:id/lock': { ok: 204, thing: waiting },
  'POST /delivery/:id/release': { ok: 200, thing: assigned, body: { reason: 'flat tyre' } },
  'GET /delivery/orders': { ok: 200 },
  'GET /delivery/stats': { ok: 200 },
  'GET /delivery/earnings': { ok: 200 },
  'PUT /delivery/availability': { ok: 204, body: { available: true } },
  'POST /delivery/location': {
    ok: 204,
    body: () => ({ points: [{ lat: 12.9, lng: 77.6, at: new Date().toISOString() }] }),
  },

  'PUT /orders/:id/assign': { ok: 200, thing: waiting, body: toSomebody },
  'PUT /admin/orders/:id/assign': { ok: 200, thing: waiting, body: toSomebody },
  'PUT /admin/orders/:id/unassign': { ok: 200, thing: assigned, body: { reason: 'flat tyre' } },
  'GET /admin/orders': { ok: 200 },
  'GET /admin/orders/:id/ledger': { ok: 200, thing: delivered },
  'GET /admin/delivery-partners': { ok: 200 },
  'GET /admin/delivery-partners/:id/balance': { ok: 200, thing: partner },
  'POST /admin/delivery-partners/:id/payout': { ok: 200, thing: partner },
  'GET /admin/live-stats': { ok: 200 },
  'GET /admin/dashboard-data': { ok: 200 },
  'PUT /admin/users/:id/active': { ok: 200, thing: customer, body: { active: true } },
  'PUT /admin/delivery-partners/:id/approval': { ok: 200, thing: partner, body: { approved: true } },
  'GET /admin/staff': { ok: 200 },
  'GET /admin/security': { ok: 200 },
  'PUT /admin/security': { ok: 200, body: { partnerVerification: false } },
  'POST /admin/invitations': { ok: 201, body: () => ({ email: `invited.${(accounts += 1)}@test.example` }) },
  'GET /admin/invitations': { ok: 200 },
  'DELETE /admin/invitations/:id': { ok: 204, thing: invitation },
  'GET /admin/audit': { ok: 200 },
  'GET /admin/settings': { ok: 200 },
  'PUT /admin/settings': { ok: 200, body: { deliveryFee: 2900 } },
};

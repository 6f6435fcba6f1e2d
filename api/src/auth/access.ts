import type { ClientToServerEvents, Role } from '@qc/contracts';

/**
 * Whose things a caller reaches by an address or a message:
 * `open` what belongs to nobody, or opens by a secret that the caller brings (a password, a link);
 * `self` the caller's own account and what hangs on it, named by no id;
 * `own` what the caller is a party to: anybody else's is answered like one that does not exist;
 * `offered` the same, and for a partner at work any order that waits for one;
 * `contested` any order that waits, and who comes too late is told that somebody else has it;
 * `all` everybody's.
 */
export type Reach = 'open' | 'self' | 'own' | 'offered' | 'contested' | 'all';

/** Who may, and how far. A caller who is not here may not. `anyone` needs no account. */
export type Rule = Partial<Record<Role | 'anyone', Reach>>;

const ANYONE = { anyone: 'open' } as const;
const OWNER = { customer: 'self', partner: 'self', admin: 'self' } as const;
const ADMIN = { admin: 'all' } as const;

/**
 * Who may call what. The guard reads it: a route that is not here is closed. Which moves of an order are open at which
 * state, and to whom, is the contract's `ORDER_MOVES`; who may edit which field is the request class of the route.
 */
export const ROUTES = {
  'GET /health/live': ANYONE,
  'GET /health/ready': ANYONE,
  'GET /metrics': ANYONE,
  'GET /config': ANYONE,
  'GET /track/:token': ANYONE,
  'GET /files/:name': ANYONE,

  'POST /auth/register': ANYONE,
  'POST /auth/login': ANYONE,
  'POST /auth/refresh': ANYONE,
  'POST /auth/logout': ANYONE,
  'POST /auth/logout-all': ANYONE,
  'GET /auth/me': OWNER,
  'PUT /auth/profile': OWNER,
  'PUT /auth/password': OWNER,
  'GET /auth/sessions': OWNER,
  'DELETE /auth/sessions/:id': { customer: 'own', partner: 'own', admin: 'own' },

  'POST /auth/password/forgot': ANYONE,
  'POST /auth/password/reset': ANYONE,
  'POST /auth/email/verification': OWNER,
  'POST /auth/email/verify': ANYONE,
  'POST /auth/invitations/accept': ANYONE,
  'POST /auth/second-factor': { admin: 'self' },
  'PUT /auth/second-factor': { admin: 'self' },
  'POST /auth/second-factor/removal': { admin: 'self' },

  'GET /stores': ANYONE,
  'GET /products': ANYONE,
  'GET /products/categories': ANYONE,
  'GET /products/:id': ANYONE,
  'POST /products': ADMIN,
  'PUT /products/:id': ADMIN,
  'PUT /products/:id/image': ADMIN,
  'DELETE /products/:id': ADMIN,

  'POST /orders/quote': { customer: 'self' },
  'POST /orders': { customer: 'self' },
  'GET /orders': { customer: 'self', partner: 'self', admin: 'all' },
  'GET /orders/unassigned': { partner: 'offered', admin: 'all' },
  'GET /orders/:id': { customer: 'own', partner: 'offered', admin: 'all' },
  'GET /orders/:id/events': { customer: 'own', partner: 'offered', admin: 'all' },
  'GET /orders/:id/cancellation': { customer: 'own', admin: 'all' },
  'PUT /orders/:id/status': { customer: 'own', partner: 'own', admin: 'all' },
  'POST /orders/:id/cancel': { customer: 'own' },
  'POST /orders/:id/rating': { customer: 'own' },
  'POST /orders/:id/reorder': { customer: 'own' },

  'POST /orders/:id/accept': { partner: 'contested' },
  'POST /delivery/:id/accept': { partner: 'contested' },
  'POST /delivery/:id/lock': { partner: 'contested' },
  'DELETE /delivery/:id/lock': { partner: 'contested' },
  'POST /delivery/:id/release': { partner: 'own' },
  'GET /delivery/orders': { partner: 'self' },
  'GET /delivery/stats': { partner: 'self' },
  'GET /delivery/earnings': { partner: 'self' },
  'PUT /delivery/availability': { partner: 'self' },
  'POST /delivery/location': { partner: 'self' },

  'PUT /orders/:id/assign': ADMIN,
  'PUT /admin/orders/:id/assign': ADMIN,
  'PUT /admin/orders/:id/unassign': ADMIN,
  'GET /admin/orders': ADMIN,
  'GET /admin/orders/:id/ledger': ADMIN,
  'GET /admin/delivery-partners': ADMIN,
  'GET /admin/delivery-partners/:id/balance': ADMIN,
  'POST /admin/delivery-partners/:id/payout': ADMIN,
  'GET /admin/live-stats': ADMIN,
  'GET /admin/dashboard-data': ADMIN,
  'PUT /admin/users/:id/active': ADMIN,
  'PUT /admin/delivery-partners/:id/approval': ADMIN,
  'GET /admin/staff': ADMIN,
  'GET /admin/security': ADMIN,
  'PUT /admin/security': ADMIN,
  'POST /admin/invitations': ADMIN,
  'GET /admin/invitations': ADMIN,
  'DELETE /admin/invitations/:id': ADMIN,
  'GET /admin/settings': ADMIN,
  'PUT /admin/settings': ADMIN,
  'GET /admin/audit': ADMIN,
} as const satisfies Record<string, Rule>;

export type RouteKey = keyof typeof ROUTES;

/** Where the settings may ask for a confirmed e-mail address. Going online does too: going offline never. */
const BY_CONFIRMED_ADDRESS: ReadonlySet<string> = new Set<RouteKey>([
  'POST /orders',
  'POST /orders/:id/reorder',
  'POST /orders/:id/accept',
  'POST /delivery/:id/accept',
]);

/** Who may send what over a socket; `anyone` is the holder of a public link. Any other message is refused unheard. */
export const MESSAGES = {
  joinOrder: { anyone: 'own', customer: 'own', partner: 'offered', admin: 'all' },
  // lets go of a room that one is in: nothing is told
  leaveOrder: { anyone: 'self', customer: 'self', partner: 'self', admin: 'self' },
  joinAdminRoom: ADMIN,
  leaveAdminRoom: ADMIN,
  partnerLocation: { partner: 'self' },
  authenticate: OWNER,
} as const satisfies Record<keyof ClientToServerEvents, Rule>;

/** A route as the tables name it, by its method and its path as the router knows it. */
export function routeKeyOf(method: string, path: string): string {
  return `${method === 'HEAD' ? 'GET' : method} ${path.replace(/^\/api(?=\/)/, '')}`;
}

/** undefined: there is no rule for the route, so nobody may. */
export function ruleOfRoute(method: string, path: string): Rule | undefined {
  const key = routeKeyOf(method, path);
  return Object.hasOwn(ROUTES, key) ? ROUTES[key as RouteKey] : undefined;
}

/** Whether an account with an unconfirmed address is refused there, if the settings say so. */
export function needsConfirmedAddress(method: string, path: string): boolean {
  return BY_CONFIRMED_ADDRESS.has(routeKeyOf(method, path));
}

export function ruleOfMessage(name: string): Rule | undefined {
  return Object.hasOwn(MESSAGES, name) ? MESSAGES[name as keyof typeof MESSAGES] : undefined;
}

// A shop in full swing to be fuzzed: orders in every state, and accounts that nobody minds losing.
const DEMO_PASSWORD = 'Demo-pass-123';
const PASSWORD = 'Kx7-fuzzed-by-nobody';

/**
 * @returns the ids that requests of a route (`METHOD /path`, a regular expression) may be about, the products that may be
 * ordered, and a token for each role; `anonymous` has none
 */
export async function furnish(api) {
  const call = async (method, path, token, body) => {
    const response = await fetch(`${api}${path}`, {
      method,
      headers: {
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text && JSON.parse(text);
  };
  const signIn = (who) => call('POST', '/auth/login', null, { email: `${who}@demo.test`, password: DEMO_PASSWORD });
  const register = (name, role) =>
    call('POST', '/auth/register', null, {
      email: `${name}@fuzz.test`,
      password: PASSWORD,
      role,
      profile: { firstName: 'Fay', phone: '+91 98450 10009' },
      ...(role === 'partner' && { vehicle: { type: 'bike' } }),
    });

  const admin = (await signIn('admin')).accessToken;
  const stranger = (await signIn('customer')).accessToken;
  const customer = (await register('customer', 'customer')).accessToken;
  const partner = await register('partner', 'partner');
  const courier = partner.accessToken;
  const [lost, lostPartner] = [await register('lost', 'customer'), await register('lost-partner', 'partner')];

  const products = (await call('GET', '/products?limit=20', null)).items.map(({ id }) => id);
  const place = async (token) =>
    (
      await call('POST', '/orders', token, {
        items: [{ productId: products[0], quantity: 1 }],
        deliveryAddress: { street: '5 Park Lane', city: 'Bengaluru' },
        paymentMethod: 'cash',
      })
    ).id;
  const carry = async (id, ...moves) => {
    await call('POST', `/orders/${id}/accept`, courier);
    for (const status of moves) await call('PUT', `/orders/${id}/status`, courier, { status });
  };
  await call('PUT', '/delivery/availability', courier, { available: true });
  const orders = [];
  for (let i = 0; i < 18; i++) orders.push(await place(customer));
  await carry(orders[0]);
  await carry(orders[1], 'picked_up');
  await carry(orders[2], 'picked_up', 'in_transit');
  await carry(orders[3], 'picked_up', 'in_transit', 'delivered');
  await call('POST', `/orders/${orders[4]}/cancel`, customer, {});
  orders.push(await place(stranger));

  const users = [lost.user.id, lostPartner.user.id];
  return {
    products,
    tokens: { anonymous: undefined, customer, partner: courier, admin },
    pool: [
      ['/orders/\\{id\\}|/delivery/\\{id\\}', orders],
      // the last ones may be retired
      ['DELETE /api/products', products.slice(-3)],
      ['/products/\\{id\\}', products],
      // whoever is deactivated or erased is missed by nobody
      ['/users/\\{id\\}', users],
      ['/delivery-partners/\\{id\\}', [partner.user.id, lostPartner.user.id]],
    ],
  };
}

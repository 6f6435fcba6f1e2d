/** The pages of those who are signed in: whoever looks at all of them looks at these. */
export const PORTAL_PAGES = {
  customer: ['/shop', '/cart', '/checkout', '/orders', '/profile'],
  partner: ['/partner', '/partner/earnings', '/partner/profile'],
  admin: [
    '/admin',
    '/admin/orders',
    '/admin/partners',
    '/admin/products',
    '/admin/staff',
    '/admin/audit',
    '/admin/settings',
    '/admin/account',
  ],
} as const;

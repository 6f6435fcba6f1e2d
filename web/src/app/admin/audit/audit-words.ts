import type { AuditTarget } from '@qc/contracts';

/** Areas of the record, by the beginning of their actions' codes. */
export const AUDIT_AREAS: readonly { prefix: string; label: string }[] = [
  { prefix: 'order', label: 'Orders' },
  { prefix: 'product', label: 'Products' },
  { prefix: 'user', label: 'Accounts' },
  { prefix: 'sign-in', label: 'Sign-ins' },
  { prefix: 'session', label: 'Sessions' },
  { prefix: 'password', label: 'Passwords' },
  { prefix: 'email', label: 'E-mail addresses' },
  { prefix: 'second-factor', label: 'Second factors' },
  { prefix: 'invitation', label: 'Invitations' },
  { prefix: 'partner', label: 'Delivery partners' },
  { prefix: 'settings', label: 'Settings' },
  { prefix: 'access', label: 'Refused access' },
];

/** Where the code alone does not read well. */
const WORDS: Record<string, string> = {
  'session.replayed': 'A used session token came back',
  'sessions.ended': 'All sessions ended',
  'settings.security-changed': 'Security settings changed',
  'product.image-changed': 'Product picture changed',
  'order.released': 'Order taken back from its courier',
  'partner.paid-out': 'Partner paid',
  'second-factor.on': 'Second factor switched on',
  'second-factor.off': 'Second factor switched off',
};

/** An action in plain words: `order.cancelled` is “Order cancelled”, also one that this code has never heard of. */
export function wordsOf(action: string): string {
  return WORDS[action] ?? sentence(action.replaceAll('.', ' '));
}

const TARGETS: Record<AuditTarget, string> = {
  user: 'Account',
  order: 'Order',
  product: 'Product',
  store: 'Store',
  settings: 'Settings',
  invitation: 'Invitation',
  session: 'Session',
};

export function targetName(kind: AuditTarget): string {
  return TARGETS[kind];
}

/** The end of an id: enough to tell two apart, short enough to read over. A word joiner keeps it in one piece. */
export function shortId(id: string): string {
  return `…\u2060${id.slice(-6)}`;
}

const FIELDS: Record<string, string> = {
  imageUrl: 'Picture',
  compareAtPrice: 'Price before the offer',
  deliveryRadiusMeters: 'Delivery radius (m)',
  taxRateBps: 'Tax rate (hundredths of a percent)',
};

/** `freeDeliveryFrom` is “Free delivery from”. */
export function fieldName(field: string): string {
  const words = field.replace(
    /([a-z\d])([A-Z])/g,
    (_all, end: string, start: string) => `${end} ${start.toLowerCase()}`,
  );
  return FIELDS[field] ?? sentence(words);
}

function sentence(words: string): string {
  const text = words
    .replace(/[_-]/g, ' ')
    .replace(/\bsign in\b/, 'sign-in')
    .replace(/\bemail\b/, 'e-mail');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

import type { Types } from 'mongoose';
import type { Sight } from './order.policy';

type AnyId = string | Types.ObjectId;

/** Who listens to an order, by how much they may see. Browsing partners share the partners' room; the assigned one is addressed by user. */
export type OrderAudience = Exclude<Sight, 'browser'> | 'public';

const text = (id: AnyId): string => (typeof id === 'string' ? id : id.toHexString());

/** The contract's rooms. An order's is split by reader inside the server, because readers see different fields. */
export const rooms = {
  order: (id: AnyId, audience: OrderAudience): string => `order_${text(id)}:${audience}`,
  user: (id: AnyId): string => `user_${text(id)}`,
  session: (id: AnyId): string => `session_${text(id)}`,
  admins: 'admin_room',
  partners: 'partners_room',
} as const;

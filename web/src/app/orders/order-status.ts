import type { OrderStatus } from '@qc/contracts';
import type { Tone } from '../ui/badge';

/** How a state is called and coloured wherever an order is shown. */
export const STATUS_LOOKS: Record<OrderStatus, { label: string; tone: Tone }> = {
  pending: { label: 'Placed', tone: 'neutral' },
  confirmed: { label: 'Confirmed', tone: 'info' },
  preparing: { label: 'Being packed', tone: 'info' },
  ready: { label: 'Waiting for a courier', tone: 'warning' },
  assigned: { label: 'Courier on the way to the store', tone: 'info' },
  picked_up: { label: 'Picked up', tone: 'info' },
  in_transit: { label: 'On the way to you', tone: 'info' },
  delivered: { label: 'Delivered', tone: 'success' },
  cancelled: { label: 'Cancelled', tone: 'neutral' },
  failed: { label: 'Not delivered', tone: 'danger' },
};

/** The same for those who work with orders: short enough for a table. */
export const STATUS_SHORT: Record<OrderStatus, string> = {
  pending: 'Pending',
  confirmed: 'Confirmed',
  preparing: 'Preparing',
  ready: 'Unassigned',
  assigned: 'Assigned',
  picked_up: 'Picked up',
  in_transit: 'In transit',
  delivered: 'Delivered',
  cancelled: 'Cancelled',
  failed: 'Failed',
};

/** The way of an order that goes well, as a person outside follows it. */
export const JOURNEY = [
  { status: 'ready', label: 'Packed', hint: 'Looking for a courier' },
  { status: 'assigned', label: 'Courier found', hint: 'On the way to the store' },
  { status: 'picked_up', label: 'Picked up', hint: 'Your order has left the store' },
  { status: 'in_transit', label: 'On the way', hint: 'Coming to your door' },
  { status: 'delivered', label: 'Delivered', hint: 'Enjoy' },
] as const satisfies readonly { status: OrderStatus; label: string; hint: string }[];

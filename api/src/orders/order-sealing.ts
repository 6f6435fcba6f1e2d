import type { DeliveryAddress } from '@qc/contracts';
import type { FieldEncryption, Place, Sealed } from '../platform/field-encryption';
import type { OrderRecord } from './order.schema';

/** An order as the database holds it: where it goes is sealed, whole, its place on the map included. */
export type StoredOrder = Omit<OrderRecord, 'deliveryAddress'> & { deliveryAddress: DeliveryAddress | Sealed };

export function sealOrder(fields: FieldEncryption, order: OrderRecord): StoredOrder {
  return { ...order, deliveryAddress: fields.seal(order.deliveryAddress, placeOf(order)) };
}

/** @throws SealBroken */
export function openOrder(fields: FieldEncryption, stored: StoredOrder): OrderRecord {
  return { ...stored, deliveryAddress: fields.open(stored.deliveryAddress, placeOf(stored)) };
}

function placeOf({ _id }: StoredOrder): Place {
  return { collection: 'orders', field: 'deliveryAddress', id: _id };
}

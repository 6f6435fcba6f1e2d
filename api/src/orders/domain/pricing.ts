import type { MinorUnits, StoreSettings, Totals } from '@qc/contracts';
import { shareOf } from './rounding';

export interface PricedLine {
  unitPrice: MinorUnits;
  quantity: number;
}

type Tariff = Pick<StoreSettings, 'deliveryFee' | 'freeDeliveryFrom' | 'taxRateBps' | 'tripPayBase' | 'tripPayPerKm'>;

/** What a basket costs. Tax is rounded per line, as a receipt shows it; fee and tip carry none. */
export function priceBasket(lines: readonly PricedLine[], tariff: Tariff, tip: MinorUnits = 0): Totals {
  const totals = lines.map(lineTotal);
  const subtotal = sum(totals);
  const tax = sum(totals.map((total) => shareOf(total, tariff.taxRateBps)));
  const free = tariff.freeDeliveryFrom !== undefined && subtotal >= tariff.freeDeliveryFrom;
  const deliveryFee = free ? 0 : tariff.deliveryFee;
  const discount = 0;
  return { subtotal, deliveryFee, tax, tip, discount, total: subtotal + deliveryFee + tax + tip - discount };
}

export function lineTotal({ unitPrice, quantity }: PricedLine): MinorUnits {
  return unitPrice * quantity;
}

/** What a partner earns for the trip, without the tip. `distanceMeters` undefined: the base alone. */
export function tripPay(distanceMeters: number | undefined, tariff: Tariff): MinorUnits {
  return tariff.tripPayBase + shareOf(tariff.tripPayPerKm, Math.round((distanceMeters ?? 0) * 10));
}

function sum(amounts: readonly MinorUnits[]): MinorUnits {
  return amounts.reduce((total, amount) => total + amount, 0);
}

import type { MinorUnits } from '@qc/contracts';
import { Subject } from 'rxjs';

export interface Charge {
  /** Known to the provider by this: the same charge again is the same money. */
  orderId: string;
  amount: MinorUnits;
  currency: string;
}

/** `pending`: the provider will say later, or be asked again. */
export type CaptureResult = 'captured' | 'refused' | 'pending';

/** What a provider says by itself, as a webhook does: late, twice, or both. */
export interface ProviderNotice {
  orderId: string;
  result: Exclude<CaptureResult, 'pending'>;
}

/**
 * Takes and gives back money for card and wallet orders. An abstract class, so that it is its own injection token. Each
 * call may be repeated with the same charge after an answer that got lost, and must then take or give nothing more. A
 * refusal is final: the order is given up, and whatever the provider takes after it is the provider's to give back.
 */
export abstract class PaymentProvider {
  readonly notices = new Subject<ProviderNotice>();

  /** @param instruction what a test asked the test provider to do; a real provider takes no notice. */
  abstract capture(charge: Charge, instruction?: string): Promise<CaptureResult>;
  /** Gives `charge.amount` back, once an order. Rejects: it is to be tried again. */
  abstract refund(charge: Charge): Promise<void>;
}

import type { MinorUnits } from '@qc/contracts';

export interface Charge {
  orderId: string;
  amount: MinorUnits;
  currency: string;
}

/** `pending`: the provider will say later. */
export type CaptureResult = 'captured' | 'refused' | 'pending';

/** Takes and gives back money for card and wallet orders. An abstract class, so that it is its own injection token. */
export abstract class PaymentProvider {
  /** @param instruction what a test asked the test provider to do; a real provider takes no notice. */
  abstract capture(charge: Charge, instruction?: string): Promise<CaptureResult>;
  abstract refund(charge: Charge): Promise<void>;
}

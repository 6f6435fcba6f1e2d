import { Injectable } from '@nestjs/common';
import { type CaptureResult, type Charge, PaymentProvider } from './payment-provider';

/** Milliseconds until `X-Test-Payment: late` is captured. */
const LATE = 2000;

/** Outside production: captures at once, or refuses, answers late or twice, as `X-Test-Payment` tells it. No money moves. */
@Injectable()
export class TestPayments extends PaymentProvider {
  private readonly late = new Map<string, boolean>();

  capture({ orderId }: Charge, instruction?: string): Promise<CaptureResult> {
    if (instruction === 'fail') return Promise.resolve('refused');
    if (instruction === 'late') return Promise.resolve(this.captureLate(orderId));
    if (instruction === 'twice') setImmediate(() => this.notices.next({ orderId, result: 'captured' }));
    return Promise.resolve('captured');
  }

  refund(): Promise<void> {
    return Promise.resolve();
  }

  private captureLate(orderId: string): CaptureResult {
    if (this.late.get(orderId)) return 'captured';
    if (!this.late.has(orderId)) {
      setTimeout(() => {
        this.late.set(orderId, true);
        this.notices.next({ orderId, result: 'captured' });
      }, LATE).unref();
    }
    this.late.set(orderId, false);
    return 'pending';
  }
}

/** Production without a provider: cash only, and a card order is refused rather than left hanging. */
@Injectable()
export class NoPayments extends PaymentProvider {
  capture(): Promise<CaptureResult> {
    return Promise.resolve('refused');
  }

  refund(): Promise<void> {
    return Promise.reject(new Error('no payment provider is configured'));
  }
}

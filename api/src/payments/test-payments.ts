import { Injectable } from '@nestjs/common';
import { type CaptureResult, type Charge, PaymentProvider } from './payment-provider';

/** Outside production: captures at once, unless `X-Test-Payment: fail` tells it to refuse. No money moves. */
@Injectable()
export class TestPayments extends PaymentProvider {
  capture(_charge: Charge, instruction?: string): Promise<CaptureResult> {
    return Promise.resolve(instruction === 'fail' ? 'refused' : 'captured');
  }

  refund(): Promise<void> {
    return Promise.resolve();
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

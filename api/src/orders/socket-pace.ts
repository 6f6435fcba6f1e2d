import type { RateLimitEnv } from '../platform/limits/rate-limit-env';
import { TokenBucket } from '../platform/limits/token-bucket';

/** Refusals that a socket hears before it is cut off; one is forgiven a second. */
const PATIENCE = 60;

/** How fast one socket may send. */
export class SocketPace {
  private readonly messages: TokenBucket;
  private readonly patience = new TokenBucket(1, PATIENCE);

  constructor({ RATE_LIMIT_MESSAGES: rate }: RateLimitEnv) {
    this.messages = new TokenBucket(rate, 2 * rate);
  }

  /** `late`: more than allowed; `over`: and it does not stop. */
  next(): 'fine' | 'late' | 'over' {
    if (this.messages.take()) return 'fine';
    return this.patience.take() ? 'late' : 'over';
  }
}

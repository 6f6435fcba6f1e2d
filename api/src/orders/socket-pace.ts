import type { Env } from '../platform/env';
import { TokenBucket } from '../platform/limits/token-bucket';

/** Refusals that a socket hears before it is cut off; one is forgiven a second. */
const PATIENCE = 60;

/** How fast one socket may send. */
export class SocketPace {
  private readonly messages: TokenBucket;
  private readonly patience = new TokenBucket(1, PATIENCE);

  constructor(private readonly env: Env) {
    const { RATE_LIMIT_MESSAGES: rate } = env;
    this.messages = new TokenBucket(rate, 2 * rate);
  }

  /** `late`: more than allowed; `over`: and it does not stop. */
  next(): 'fine' | 'late' | 'over' {
    if (!this.env.RATE_LIMIT_ENABLED || this.messages.take()) return 'fine';
    return this.patience.take() ? 'late' : 'over';
  }
}

import { hasCode } from './problem';
import { newId } from './new-id';

/**
 * The `Idempotency-Key` of one intent, such as one press of "Place order": the same while the same request is tried again,
 * another once the request has changed (the server refuses an old key with a new body) or was refused for good (the server
 * keeps a refusal under its key and would only repeat it).
 */
export class IntentKey {
  private key = newId();
  private asked?: string;

  for(request: object): string {
    const body = JSON.stringify(request);
    if (this.asked !== undefined && this.asked !== body) this.key = newId();
    this.asked = body;
    return this.key;
  }

  /** Call with what the request failed with. */
  failed(error: unknown): void {
    const mayHaveHappened = hasCode(error, 'OFFLINE', 'INTERNAL', 'UNAVAILABLE', 'RATE_LIMITED');
    if (!mayHaveHappened) this.key = newId();
  }
}

import type { OrderStatus } from './order-moves';
import type { Id } from './primitives';

/**
 * Every code that an answer may carry, with its HTTP status and title (RFC 9457). Codes are stable: clients switch on
 * them. Adding one is one line here; the web's texts are a `Record<ProblemCode, string>`, so a forgotten one does not compile.
 */
export const PROBLEMS = {
  VALIDATION_FAILED: { status: 400, title: 'The request is not valid' },
  REASON_REQUIRED: { status: 400, title: 'A reason is required' },
  UNAUTHENTICATED: { status: 401, title: 'Sign in to go on' },
  INVALID_CREDENTIALS: { status: 401, title: 'E-mail or password is wrong' },
  SECOND_FACTOR_REQUIRED: { status: 401, title: 'The code of the authenticator app is needed' },
  SECOND_FACTOR_WRONG: { status: 401, title: 'The code of the authenticator app is wrong' },
  PAYMENT_FAILED: { status: 402, title: 'The payment was refused' },
  FORBIDDEN: { status: 403, title: 'This role may not do this' },
  SECOND_FACTOR_SETUP_REQUIRED: { status: 403, title: 'Set up a second factor first' },
  EMAIL_NOT_VERIFIED: { status: 403, title: 'The e-mail address is not confirmed yet' },
  PARTNER_NOT_VERIFIED: { status: 403, title: 'This delivery partner is not approved yet' },
  NOT_FOUND: { status: 404, title: 'There is nothing at this address' },
  ORDER_NOT_FOUND: { status: 404, title: 'No such order' },
  PRODUCT_NOT_FOUND: { status: 404, title: 'No such product' },
  PARTNER_NOT_FOUND: { status: 404, title: 'No such delivery partner' },
  USER_NOT_FOUND: { status: 404, title: 'No such user' },
  SESSION_NOT_FOUND: { status: 404, title: 'No such session' },
  INVITATION_NOT_FOUND: { status: 404, title: 'No such invitation' },
  STORE_NOT_FOUND: { status: 404, title: 'No such store' },
  REQUEST_TIMEOUT: { status: 408, title: 'The request came too slowly' },
  EMAIL_TAKEN: { status: 409, title: 'An account with this e-mail exists' },
  SECOND_FACTOR_ACTIVE: { status: 409, title: 'A second factor is set up already' },
  INVALID_TRANSITION: { status: 409, title: 'The order cannot make this move' },
  ORDER_ALREADY_ASSIGNED: { status: 409, title: 'Another partner has this order' },
  PARTNER_BUSY: { status: 409, title: 'The partner already carries as many orders as allowed' },
  PARTNER_OFFLINE: { status: 409, title: 'The partner is offline' },
  LOCK_LIMIT: { status: 409, title: 'The lock was renewed as often as allowed' },
  IDEMPOTENCY_IN_PROGRESS: { status: 409, title: 'The first request with this key is still running' },
  OUT_OF_STOCK: { status: 409, title: 'Not enough left in stock' },
  STORE_CLOSED: { status: 409, title: 'The store is closed' },
  ORDERS_OPEN: { status: 409, title: 'There are orders under way' },
  LINK_INVALID: { status: 410, title: 'This link was used before, or is too old' },
  VERSION_MISMATCH: { status: 412, title: 'It has changed since it was read' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The request is too large' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This address does not take this method' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'The body must be JSON' },
  OUT_OF_DELIVERY_AREA: { status: 422, title: 'The address is outside the delivery area' },
  IMAGE_REJECTED: { status: 422, title: 'This is not a picture that can be used' },
  DELIVERY_CODE_WRONG: { status: 422, title: 'The delivery code is wrong' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'This idempotency key was used for another request' },
  ORDER_LOCKED: { status: 423, title: 'Another partner is looking at this order' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  HEADERS_TOO_LARGE: { status: 431, title: 'The headers are too large' },
  INTERNAL: { status: 500, title: 'Something went wrong on our side' },
  UNAVAILABLE: { status: 503, title: 'The service is not ready' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing wrong in a request: where (`items[0].quantity`), and what. */
export interface FieldError {
  path: string;
  message: string;
}

/** An error answer, `application/problem+json` (RFC 9457), with the product's code and request id. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: ProblemCode;
  errors?: FieldError[];
  requestId: string;
  /** Of `VERSION_MISMATCH`: the version that there is now. */
  version?: number;
  /** The status that the order has now. */
  state?: OrderStatus;
  /** Of `INVALID_TRANSITION`: the move that was asked for, and where this role may go from here. */
  from?: OrderStatus;
  to?: OrderStatus;
  allowed?: OrderStatus[];
  /** Of `PARTNER_BUSY`: orders that a partner may carry at once. */
  capacity?: number;
  /** Of `PRODUCT_NOT_FOUND` and `OUT_OF_STOCK`. */
  productId?: Id;
  /** Of `OUT_OF_STOCK`: what is left. */
  available?: number;
  /** Of `OUT_OF_DELIVERY_AREA`: from the store to the address. */
  distanceMeters?: number;
  /** Of `PAYMENT_FAILED`: the order that was taken back. */
  orderId?: Id;
}

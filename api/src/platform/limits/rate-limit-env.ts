import { WholeNumber } from '../env-rules';

const Rate = (unit: string): PropertyDecorator => WholeNumber(1, 10_000_000, `must be ${unit}, at least 1`);

/** How much is too much. Many people may share an address: what is counted by it is generous. */
export class RateLimitEnv {
  /** Requests a minute of one account. */
  @Rate('requests a minute') RATE_LIMIT_ACCOUNT = 600;
  /** Requests a minute without an account, of one address. */
  @Rate('requests a minute') RATE_LIMIT_ADDRESS = 1200;
  /** A minute of one address, as the two after it. */
  @Rate('sign-ins a minute') RATE_LIMIT_SIGN_IN = 20;
  @Rate('registrations a minute') RATE_LIMIT_REGISTRATION = 20;
  /** Password resets, and mails that are asked for. */
  @Rate('requests a minute') RATE_LIMIT_RECOVERY = 10;
  /** A minute of one account, as the next. */
  @Rate('orders a minute') RATE_LIMIT_ORDERS = 30;
  @Rate('batches a minute') RATE_LIMIT_POSITIONS = 60;
  /** Commands with a key that one account may have kept in a day. */
  @Rate('commands a day') RATE_LIMIT_KEYS = 5000;
  /** Messages a second that a socket may go on sending; twice as many at once. */
  @Rate('messages a second') RATE_LIMIT_MESSAGES = 30;
  /** Orders that one socket may follow. */
  @Rate('orders') RATE_LIMIT_ROOMS = 200;
  /** Sockets of one account, at one process. */
  @Rate('connections') RATE_LIMIT_CONNECTIONS = 20;
  /** Sockets of one address, at one process. */
  @Rate('connections') RATE_LIMIT_ADDRESS_CONNECTIONS = 2000;
  /** New sockets a minute of one address. */
  @Rate('connections a minute') RATE_LIMIT_HANDSHAKES = 1200;
}

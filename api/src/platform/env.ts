import { readFileSync } from 'node:fs';
import { plainToInstance, Transform } from 'class-transformer';
import { IsBoolean, IsEmail, IsIn, IsOptional, IsString, Matches, MinLength, validateSync } from 'class-validator';
import { WholeNumber } from './env-rules';
import { FIELD_KEYS_FORM, FIELD_KEYS_HELP } from './field-keys';
import { RateLimitEnv } from './limits/rate-limit-env';
import { StartupError } from './startup-error';

const Flag = () =>
  Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value));

/** The environment, read once. Durations are seconds. */
export class Env extends RateLimitEnv {
  @IsIn(['development', 'test', 'production'], { message: 'must be development, test or production' })
  NODE_ENV: 'development' | 'test' | 'production' = 'development';

  @WholeNumber(0, 65_535, 'must be a port number, e.g. 5000') PORT = 5000;

  /** Unset: the embedded server, its files under `DATA_DIR`. */
  @IsOptional()
  @Matches(/^mongodb(\+srv)?:\/\//, {
    message: 'must be a MongoDB address, e.g. mongodb://db:27017/quickcommerce?replicaSet=rs0',
  })
  MONGODB_URI?: string;

  /** Unset: one process, its rooms in memory. */
  @IsOptional()
  @Matches(/^rediss?:\/\//, { message: 'must be a Redis address, e.g. redis://:password@cache:6379' })
  REDIS_URL?: string;

  @IsString() DATA_DIR = '.data';

  /** Where files that people send in are kept. Unset: the folder `files` under `DATA_DIR`. */
  @IsOptional()
  @Matches(/^https?:\/\/[^:@/?#\s]+:[^:@/?#\s]+@[^@/?#\s]+\/[\w.-]+\/?(\?region=[\w-]+)?$/, {
    message:
      'must be the address of a bucket, e.g. https://KEY:SECRET@s3.eu-central-1.amazonaws.com/files?region=eu-central-1',
  })
  S3_URL?: string;

  /** Comma-separated origins of other sites that may call the API; unset: same origin only. */
  @IsOptional()
  @Matches(/^https?:\/\/[^,;\s]+(\s*,\s*https?:\/\/[^,;\s]+)*$/, {
    message: 'must be origins, e.g. https://shop.example,https://ops.example',
  })
  CORS_ORIGIN?: string;

  /** Required in production; elsewhere made at random and kept under `DATA_DIR`. */
  @IsOptional()
  @MinLength(32, { message: 'must be at least 32 bytes, e.g. the output of `openssl rand -hex 32`' })
  JWT_SECRET?: string;

  /** While secrets change: what the other one has signed is still read. */
  @IsOptional()
  @MinLength(32, { message: 'must be at least 32 bytes, e.g. the JWT_SECRET from before' })
  JWT_SECRET_PREVIOUS?: string;

  /** Seal phone numbers and addresses. Required in production; elsewhere made at random and kept under `DATA_DIR`. */
  @IsOptional()
  @Matches(FIELD_KEYS_FORM, { message: FIELD_KEYS_HELP })
  FIELD_KEYS?: string;

  @WholeNumber(10, Infinity, 'must be seconds, at least 10, e.g. 900') ACCESS_TOKEN_TTL = 900;
  @WholeNumber(60, Infinity, 'must be seconds, at least 60, e.g. 2592000') REFRESH_TOKEN_TTL = 2_592_000;
  /** A session ends after this, however often it is used. */
  @WholeNumber(60, Infinity, 'must be seconds, at least 60, e.g. 7776000') SESSION_MAX_TTL = 7_776_000;
  @WholeNumber(4, 16, 'must be 4 to 16 (10 or more in production), e.g. 12') BCRYPT_ROUNDS = 12;
  /** Read by Node itself: threads for hashes, files and names. */
  @WholeNumber(1, 1024, 'must be 1 to 1024 threads, e.g. 4') UV_THREADPOOL_SIZE = 4;
  @WholeNumber(1, Infinity, 'must be seconds, e.g. 120') ORDER_LOCK_TTL = 120;
  @WholeNumber(1, Infinity, 'must be seconds, e.g. 30') PARTNER_ABSENCE_TTL = 30;
  /** How long a process that is told to end still takes work, and says that it is not ready: for proxies to notice. */
  @WholeNumber(0, 20, 'must be 0 to 20 seconds, e.g. 5') DRAIN_SECONDS = 0;

  @WholeNumber(1, 20, 'must be 1 to 20 orders, e.g. 1') PARTNER_CAPACITY = 1;

  @IsOptional() @IsEmail({}, { message: 'must be an e-mail address, e.g. owner@example.com' }) ADMIN_EMAIL?: string;
  @IsOptional() @MinLength(8, { message: 'must be at least 8 characters' }) ADMIN_PASSWORD?: string;

  /** Unset: mail is written to the log (development), or not sent at all (production). */
  @IsOptional()
  @Matches(/^smtps?:\/\/[^\s]+$/, { message: 'must be an SMTP address, e.g. smtps://user:password@mail.example:465' })
  SMTP_URL?: string;

  /** Required with `SMTP_URL`. */
  @IsOptional()
  @Matches(/^(?:[^<>"\r\n]{1,100} <[^\s<>"@]+@[^\s<>"@]+>|[^\s<>"@]+@[^\s<>"@]+)$/, {
    message: 'must be an e-mail address, e.g. QuickCommerce <no-reply@shop.example>',
  })
  MAIL_FROM?: string;

  /** Where people find the product: links in mails begin with it. Required with `SMTP_URL` in production. */
  @IsOptional()
  @Matches(/^https?:\/\/[^\s/?#@]+\/?$/, { message: 'must be the address of the site, e.g. https://shop.example' })
  PUBLIC_URL?: string;

  /** Express `trust proxy`: how many proxies stand in front. */
  @WholeNumber(0, Infinity, 'must be the number of proxies in front, e.g. 1') TRUST_PROXY = 0;

  @IsIn(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    message: 'must be one of fatal, error, warn, info, debug, trace, silent',
  })
  LOG_LEVEL = 'info';

  /** False lifts every limit of `RATE_LIMIT_…`, and the sign-in slowing: for load tests only. */
  @Flag() @IsBoolean({ message: 'must be true or false' }) RATE_LIMIT_ENABLED = true;

  get production(): boolean {
    return this.NODE_ENV === 'production';
  }

  /** `PUBLIC_URL` without a slash at its end. Never what a request says of its host. */
  get publicUrl(): string {
    return (this.PUBLIC_URL ?? `http://localhost:${this.PORT}`).replace(/\/$/, '');
  }
}

/** Those that have no default. */
const UNSET = [
  'MONGODB_URI',
  'REDIS_URL',
  'S3_URL',
  'CORS_ORIGIN',
  'JWT_SECRET',
  'JWT_SECRET_PREVIOUS',
  'FIELD_KEYS',
  'ADMIN_EMAIL',
  'ADMIN_PASSWORD',
  'SMTP_URL',
  'MAIL_FROM',
  'PUBLIC_URL',
];

/**
 * A variable may instead be given as `NAME_FILE`, the path of a file that holds it: so secrets stay out of the environment.
 * @throws StartupError in one line: the first bad variable, what it must be, and an example
 */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const env = readCommandEnv(source);
  if (env.production) assertProduction(env);
  assertMail(env);
  return env;
}

/** As `readEnv`, for a command that needs less than the server: what production requires may be absent. */
export function readCommandEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const names = [...Object.keys(new Env()), ...UNSET];
  const values = names.map((name) => [name, valueOf(name, source)] as const);
  const given: object = Object.fromEntries(values.filter(([, value]) => value));
  const env = plainToInstance(Env, given, { exposeDefaultValues: true });
  const [fault] = validateSync(env);
  if (fault) throw new StartupError(`${fault.property} ${Object.values(fault.constraints ?? {})[0]}`);
  return env;
}

function valueOf(name: string, source: NodeJS.ProcessEnv): string | undefined {
  const file = source[`${name}_FILE`];
  if (source[name] || !file) return source[name];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new StartupError(`${name}_FILE cannot be read (${(error as Error).message})`);
  }
}

function assertProduction(env: Env): void {
  if (!env.JWT_SECRET)
    throw new StartupError('JWT_SECRET is required in production, e.g. the output of `openssl rand -hex 32`');
  if (!env.FIELD_KEYS)
    throw new StartupError('FIELD_KEYS is required in production, e.g. k1:$(openssl rand -base64 32)');
  if (!env.MONGODB_URI) {
    throw new StartupError(
      'MONGODB_URI is required in production, e.g. mongodb://db:27017/quickcommerce?replicaSet=rs0',
    );
  }
  if (env.BCRYPT_ROUNDS < 10) throw new StartupError('BCRYPT_ROUNDS must be at least 10 in production, e.g. 12');
}

function assertMail({ SMTP_URL, MAIL_FROM, PUBLIC_URL, production }: Env): void {
  if (!SMTP_URL) return;
  if (!MAIL_FROM)
    throw new StartupError('MAIL_FROM is required with SMTP_URL, e.g. QuickCommerce <no-reply@shop.example>');
  if (production && !PUBLIC_URL)
    throw new StartupError('PUBLIC_URL is required in production with SMTP_URL, e.g. https://shop.example');
}

import { createHash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { stringify } from 'safe-stable-stringify';
import type { Actor } from '../auth/actor';
import { ifMatchOf } from '../platform/http/if-match';
import { parseMoment } from '../platform/http/moments';
import { invalid } from '../platform/http/problem';
import { ReadsHeader } from '../platform/openapi/reads-header';

/** What makes a second request the same as the first. */
export interface CommandKey {
  /** One user's key on one route. */
  readonly id: string;
  /** Of everything that was asked for: the same key for something else is refused. */
  readonly fingerprint: string;
}

/** A command on an order as it came in: who sends it, on what condition, under which key, and when it really happened. */
export interface Command {
  readonly actor: Actor;
  /** The version that it is meant for. */
  readonly ifMatch?: number;
  readonly key?: CommandKey;
  /** When a phone that was offline did it, by the server's clock. */
  readonly occurredAt?: Date;
}

const KEY = /^[\x21-\x7e]{1,255}$/;
const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

const HEADERS = [
  ReadsHeader('Idempotency-Key', 'The same key and body have one effect, for 24 hours.', { pattern: KEY.source }),
  ReadsHeader('If-Match', 'Only if the order is still at this version, e.g. `"4"`.', { format: 'entity-tag' }),
  ReadsHeader('X-Command-Id', 'Of a phone that was offline: its own key.', { format: 'uuid' }),
  ReadsHeader('X-Occurred-At', 'When it happened, by the phone’s clock. Passed over but from a partner.', {
    format: 'date-time',
  }),
  ReadsHeader('X-Sent-At', 'When it was sent, by the phone’s clock. Passed over but from a partner.', {
    format: 'date-time',
  }),
];

/** @throws VALIDATION_FAILED for a header that cannot be what it says it is */
export const CurrentCommand = createParamDecorator(commandOf, HEADERS);

function commandOf(_: unknown, ctx: ExecutionContext): Command {
  const request = ctx.switchToHttp().getRequest<Request>();
  const actor = request.user as Actor;
  const ifMatch = ifMatchOf(request);
  const key = keyOf(request);
  const occurredAt = actor.role === 'partner' ? occurredAtOf(request, new Date()) : undefined;
  return {
    actor,
    ...(ifMatch !== undefined && { ifMatch }),
    ...(key !== undefined && {
      key: { id: digest([actor.id, routeOf(ctx), key]), fingerprint: fingerprintOf(request) },
    }),
    ...(occurredAt && { occurredAt }),
  };
}

/** `X-Command-Id` is the key of a phone's queue. */
function keyOf(request: Request): string | undefined {
  const commandId = request.header('x-command-id');
  if (commandId !== undefined && !UUID.test(commandId)) throw invalid('X-Command-Id', 'must be a UUID');
  const key = request.header('idempotency-key') ?? commandId;
  if (key !== undefined && !KEY.test(key))
    throw invalid('Idempotency-Key', 'must be 1 to 255 visible ASCII characters');
  return key;
}

/** The handler, not the address: two addresses of one route are the same. */
function routeOf(ctx: ExecutionContext): string {
  return `${ctx.getClass().name}.${ctx.getHandler().name}`;
}

function fingerprintOf({ params, body }: Request): string {
  return digest([stringify(params), stringify(body as unknown)]);
}

function digest(parts: readonly (string | undefined)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/**
 * When it happened by our clock: the phone's own time, moved by what its clock was wrong when it sent this. Never in
 * the future.
 */
function occurredAtOf(request: Request, now: Date): Date | undefined {
  const occurred = momentOf(request, 'X-Occurred-At');
  const sent = momentOf(request, 'X-Sent-At');
  if (occurred === undefined) return undefined;
  const offset = sent === undefined ? 0 : now.getTime() - sent;
  return new Date(Math.min(occurred + offset, now.getTime()));
}

function momentOf(request: Request, header: string): number | undefined {
  const value = request.header(header);
  if (value === undefined) return undefined;
  const moment = parseMoment(value);
  if (moment === undefined) throw invalid(header, 'must be a time with its zone, e.g. 2026-01-31T18:30:00Z');
  return moment;
}

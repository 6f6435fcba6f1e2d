import { mongo } from 'mongoose';
import { describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  ForbiddenException,
  HttpException,
  NotFoundException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { PROBLEMS, type ProblemCode } from '@qc/contracts';
import { invalid, Problem } from './problem';
import { toProblem } from './problem.filter';

const named = (name: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { name, ...more });

/** As the driver makes it: the cause within, no label. */
function lostBulkWrite(): Error {
  const cause = new mongo.MongoNetworkError('read ECONNRESET');
  return new mongo.MongoBulkWriteError(cause, {} as never);
}

describe('toProblem', () => {
  it.each<[string, unknown, ProblemCode]>([
    ['a refusal of ours', new Problem('ORDER_LOCKED'), 'ORDER_LOCKED'],
    ['a framework’s 400', new BadRequestException('Unexpected token } in JSON'), 'VALIDATION_FAILED'],
    ['a framework’s 401', new UnauthorizedException('jwt malformed'), 'UNAUTHENTICATED'],
    ['a framework’s 403', new ForbiddenException('Forbidden resource'), 'FORBIDDEN'],
    ['a framework’s 404', new NotFoundException('Cannot GET /api/x'), 'NOT_FOUND'],
    ['a framework’s 503', new ServiceUnavailableException('pool'), 'UNAVAILABLE'],
    ['a body that is too large', named('PayloadTooLargeError', 'request entity', { status: 413 }), 'PAYLOAD_TOO_LARGE'],
    ['a body in another script', named('E', 'unsupported charset', { status: 415 }), 'UNSUPPORTED_MEDIA_TYPE'],
    ['a framework’s status that we have no code for', new HttpException('teapot', 418), 'INTERNAL'],
    ['a database that does not answer', new mongo.MongoNetworkTimeoutError('connect ECONNREFUSED'), 'UNAVAILABLE'],
    ['a connection that was lost', new mongo.MongoNetworkError('connection 7 to 10.0.0.5 closed'), 'UNAVAILABLE'],
    ['a bulk write that lost its connection', lostBulkWrite(), 'UNAVAILABLE'],
    ['what a driver says', named('MongoServerError', 'E11000 duplicate key collection: qc.users'), 'INTERNAL'],
    ['what mongoose says', named('CastError', 'Cast to ObjectId failed'), 'INTERNAL'],
    ['a bug', new TypeError("Cannot read properties of undefined (reading 'total')"), 'INTERNAL'],
    ['a text', 'boom', 'INTERNAL'],
    ['nothing', undefined, 'INTERNAL'],
    ['null', null, 'INTERNAL'],
    ['an object that says 200', { status: 200 }, 'INTERNAL'],
  ])('of %s has a stable code and none of the words', (_what, thrown, code) => {
    const body = toProblem(thrown).toBody('r-1');
    expect([body.code, body.status, body.requestId]).toEqual([code, PROBLEMS[code].status, 'r-1']);
    const words = thrown instanceof Error && !(thrown instanceof Problem) ? thrown.message : undefined;
    if (words) expect(JSON.stringify(body)).not.toContain(words);
  });
});

describe('a problem', () => {
  it('carries what its kind carries, which never overrides what every problem has', () => {
    const body = new Problem('OUT_OF_STOCK', 'two left', { available: 2, status: 200, code: 'OK' }).toBody('r');
    expect(body).toEqual({
      type: '/problems/OUT_OF_STOCK',
      title: PROBLEMS.OUT_OF_STOCK.title,
      status: 409,
      detail: 'two left',
      code: 'OUT_OF_STOCK',
      requestId: 'r',
      available: 2,
    });
  });

  it('tells the wait in a header, not in the body', () => {
    expect(new Problem('RATE_LIMITED', undefined, { retryAfter: 7 }).toBody('r')).not.toHaveProperty('retryAfter');
  });

  it('names what is wrong and where', () => {
    expect(invalid('items[0].quantity', 'must be whole').toBody('r')).toMatchObject({
      status: 400,
      detail: 'items[0].quantity must be whole',
      errors: [{ path: 'items[0].quantity', message: 'must be whole' }],
    });
  });

  it.each(Object.entries(PROBLEMS))(
    '%s is named and numbered as the contract’s errors are',
    (code, { status, title }) => {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(title).not.toBe('');
    },
  );
});

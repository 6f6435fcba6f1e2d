import { describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import pino from 'pino';
import { prettyFactory } from 'pino-pretty';
import { logOptions, READABLE } from './log.module';
import { redactLine } from './redaction';

interface Line {
  msg?: string;
  err?: { message: string; stack: string; type: string };
  [name: string]: unknown;
}

/** What is written for one call of the logger, as production has it. */
function written(...[first, text]: [first: object | string, text?: string]): { text: string; line: Line } {
  const lines: string[] = [];
  const logger = pino(logOptions({ LOG_LEVEL: 'trace', production: true }), {
    write: (line: string) => void lines.push(line),
  });
  logger.error(first, text);
  expect(lines).toHaveLength(1);
  expect(lines[0]!.indexOf('\n')).toBe(lines[0]!.length - 1);
  return { text: lines[0]!, line: JSON.parse(lines[0]!) as Line };
}

const JWT = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(120)}.${'b'.repeat(43)}`;
const SECRETS = {
  authorization: `Bearer ${JWT}`,
  cookie: 'qc_refresh=what nobody knows',
  'set-cookie': ['a=secret one'],
  password: 'correct horse',
  newPassword: 'battery staple',
  passwordHash: 'a hash of it',
  accessToken: 'token one',
  refreshToken: 'token two',
  secret: 'JBSWY3DPEHPK3PXP',
  code: '492039',
  email: 'somebody somewhere',
  phone: '90000 12345',
  firstName: 'Asha',
  street: '5 Park Lane',
  note: 'the blue door',
  deliveryAddress: { street: '6 Park Lane', city: 'Bengaluru' },
  location: { lat: 12.9715, lng: 77.5945 },
};

describe('the log', () => {
  it.each(Object.entries(SECRETS))('keeps %s to itself, however deep it is', (name, value) => {
    const secret = Object.values(typeof value === 'object' ? value : { value }).map(String);
    const places = [
      { [name]: value },
      { request: { [name]: value } },
      { list: [{ a: { b: { [name]: value } } }] },
      { record: { toJSON: () => ({ [name]: value }) } },
    ];
    for (const place of places) {
      const { text } = written({ orderId: '6512', ...place }, 'something');
      for (const one of secret) expect(text).not.toContain(one);
      expect(text).toContain('"orderId":"6512"');
    }
  });

  it('tells of everything else what it is', () => {
    const _id = new Types.ObjectId();
    const at = new Date();
    const { line } = written({ user: _id, at, attempt: 3, ids: [_id], orders: { open: 2 }, none: null }, 'a message');
    const id = _id.toHexString();
    expect(line).toMatchObject({
      user: id,
      at: at.toISOString(),
      attempt: 3,
      ids: [id],
      orders: { open: 2 },
      none: null,
    });
    expect(line.msg).toBe('a message');
  });

  it('ends what has no end', () => {
    const round: Record<string, unknown> = { id: 1 };
    round['again'] = round;
    expect(written({ round }, 'x').text).toContain('[deep]');
  });

  it.each([
    ['an e-mail', 'mail to asha.rao+shop@post.example.co.in failed', 'asha.rao', 'failed'],
    ['an e-mail in another script', 'to жанна@почта.рф now', 'жанна', 'now'],
    ['a token', `token ${JWT} is old`, 'eyJhb', 'is old'],
    ['a token behind Bearer', 'sent Bearer abc.def-ghi again', 'abc.def', 'again'],
    ['a refresh token', `family ${'6'.repeat(24)}.12.${'x'.repeat(43)} ends`, 'xxxx', 'ends'],
    ['a link’s token', `see /reset#${'Ab-_9'.repeat(8)}xyz now`, 'Ab-_9', 'now'],
    ['a password’s hash', `hash $2b$12$${'a'.repeat(53)} read`, 'aaaa', 'read'],
    ['a phone', 'call +91 90000 12345 please', '90000', 'please'],
    ['a database’s password', 'no way to mongodb://api:hunter2@db:27017/shop', 'hunter2', 'db:27017'],
    ['what a key was', 'E11000 index: name_1 dup key: { name: "Asha \\"A\\" }\nRao" }', 'Asha', 'name_1'],
    ['what a key was, in a second line', 'E11000 index: name_1 dup key: { name: "x }\nRao" }', 'Rao', 'name_1'],
    ['what was not JSON', `Unexpected token 'h', "{"a": hunter2" is not valid JSON`, 'hunter2', 'Unexpected'],
    ['what could not be cast', 'Cast to string failed for value "[ \'Asha\' ]" (type Array)', 'Asha', 'Cast'],
  ])('knows %s by its form, in a text and in an error', (_what, message, secret, rest) => {
    for (const { text } of [written(message), written({ err: new Error(message) }), written({}, message)]) {
      expect(text).not.toContain(secret);
      expect(text).toContain(rest);
    }
  });

  it('says of an error what it is and where, and nothing of what it carries', () => {
    class MongoServerError extends Error {
      code = 11000;
      keyValue = { name: 'Asha' };
      errInfo = { details: { note: 'the blue door' } };
    }
    const cause = new Error('connection to mongodb://api:hunter2@db lost');
    const { text, line } = written({ err: Object.assign(new MongoServerError('it failed'), { cause }) });
    expect(line.err).toMatchObject({ type: 'MongoServerError', message: 'it failed', code: 11000 });
    expect(line.err!.stack).toContain('redaction.spec');
    expect(line.msg).toBe('it failed');
    for (const secret of ['Asha', 'blue door', 'hunter2']) expect(text).not.toContain(secret);
  });

  it('is one line a call, whatever the message holds', () => {
    const forged = 'harmless\r\n{"level":30,"msg":"forged"}\u2028next\u001b[31mred';
    for (const { line } of [written(forged), written({ err: new Error(forged) }), written({}, forged)]) {
      expect(line.msg).toBe('harmless\\n{"level":30,"msg":"forged"}\\nnext\\u001b[31mred');
      if (line.err) expect(line.err.stack.split('\n')[1]).toMatch(/^ +at /);
    }
    expect(written({ path: 'C:\\u001b\\n' }, 'x').line['path']).toBe('C:\\u001b\\n');
  });

  it('is one line a call also as a terminal shows it, with whatever belongs to it drawn in', () => {
    const readable = prettyFactory({ ...READABLE, colorize: false });
    const forged = 'harmless\r\n[10:00:00.000] INFO: forged\u001b[2K\u0007\r[10:00] INFO: forged';
    for (const { text } of [
      written(forged),
      written({ err: new Error(forged) }),
      written({ what: forged }, 'a message'),
    ]) {
      const lines = readable(text).trimEnd().split('\n');
      expect(lines[0]).toMatch(/^\[.+\] ERROR: /);
      expect(lines.slice(1).filter((line) => !line.startsWith('    '))).toEqual([]);
      // eslint-disable-next-line no-control-regex -- what a terminal would obey
      expect(lines.join('')).not.toMatch(/[\u0000-\u001f\u2028\u2029]/);
    }
  });

  it('takes no longer for a line made to be slow', () => {
    const length = 100_000;
    for (const piece of [
      'a@',
      'a.',
      'eyJ',
      '+1 ',
      '1 ',
      '\\\\',
      'dup key: ',
      'a-',
      '://',
      'a',
      'Unexpected token ',
      ' for value ',
    ]) {
      const line = JSON.stringify({ msg: piece.repeat(length / piece.length) });
      const begun = performance.now();
      redactLine(line);
      expect([piece, performance.now() - begun < 400]).toEqual([piece, true]);
    }
  });
});

import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import express, { type Request } from 'express';
import { clientAddress } from './client-address';

const HEADERS = [undefined, '', '203.0.113.9', '1.1.1.1, 203.0.113.9', '1.1.1.1,2.2.2.2,3.3.3.3', ' ,1.1.1.1 , '];
const CASES = HEADERS.flatMap((header) => [0, 1, 2, 3, 9].map((proxies) => [header, proxies] as const));

describe('the address of a socket', () => {
  it.each(CASES)('with X-Forwarded-For %p behind %i proxies is what Express says', (header, proxies) => {
    const app = express();
    app.set('trust proxy', proxies);
    const request = Object.create(app.request) as Request & IncomingMessage;
    Object.assign(request, {
      app,
      headers: header === undefined ? {} : { 'x-forwarded-for': header },
      socket: { remoteAddress: '10.0.0.1' },
      connection: { remoteAddress: '10.0.0.1' },
    });
    expect(clientAddress(request, proxies)).toBe(request.ip);
  });
});

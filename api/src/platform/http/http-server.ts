import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { ExpressAdapter } from '@nestjs/platform-express';
import type { ProblemCode } from '@qc/contracts';
import { Problem } from './problem';

/** Milliseconds, and bytes. */
const BOUNDS = {
  /** From the first byte of a request to the end of its headers. */
  headersTimeout: 10_000,
  /** To the end of its body. */
  requestTimeout: 30_000,
  /** How often it is looked. */
  connectionsCheckingInterval: 1000,
  /** Longer than a proxy keeps a connection (60 s), so that none is closed under a request. */
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16 * 1024,
};

const CODES: Partial<Record<string, ProblemCode>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
};

/** Express on a server that waits for nobody: slow headers, slow bodies and what is no HTTP are answered and cut off. */
export class BoundedExpress extends ExpressAdapter {
  override initHttpServer(): void {
    const server: Server = createServer(BOUNDS, this.getInstance());
    server.on('clientError', answerClientError);
    this.httpServer = server;
  }
}

/** Nothing of the request is known here but that it cannot be read, so it is answered on the bare connection. */
function answerClientError(
  error: NodeJS.ErrnoException,
  connection: Duplex & { _httpMessage?: { headersSent: boolean } },
): void {
  // Node's own name for the answer under way: nothing may be written into the middle of one
  const answer = connection._httpMessage;
  if (!connection.writable || error.code === 'ECONNRESET' || answer?.headersSent) return void connection.destroy();
  const problem = new Problem(CODES[error.code ?? ''] ?? 'VALIDATION_FAILED', 'the request could not be read');
  const body = JSON.stringify(problem.toBody(randomUUID()));
  const head = [
    `HTTP/1.1 ${problem.status} Refused`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
  ];
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => connection.destroy());
}

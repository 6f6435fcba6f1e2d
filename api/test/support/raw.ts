import { once } from 'node:events';
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as httpRequest,
} from 'node:http';

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Each header line as it came, so that a name sent twice is seen. */
  lines: string[];
  bytes: Buffer;
  text: string;
}

interface RawRequest {
  method?: string;
  path: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
}

/** A request that `fetch` would tidy up first (host, path, encodings), on a connection of its own. */
export async function raw(port: number, { method = 'GET', path, headers, body }: RawRequest): Promise<RawAnswer> {
  // Node gives no length to a DELETE of its own accord
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { ...headers, ...length },
    agent: false,
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return {
    status: response.statusCode!,
    headers: response.headers,
    lines: response.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()),
    bytes,
    text: bytes.toString(),
  };
}

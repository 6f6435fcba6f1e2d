import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the proxy sent on, as the API would get it. */
export interface Heard {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

type Answer = (heard: Heard, response: ServerResponse) => void;

/** Stands where an API process stands, and remembers each request: the one place to count what a proxy really sends. */
export class Upstream implements AsyncDisposable {
  readonly heard: Heard[] = [];

  private constructor(
    private readonly server: Server,
    private readonly port: number,
  ) {}

  /** @param answer how each request is answered; unset: 200 and an empty object */
  static async listening(answer: Answer = (_, response) => json(response, {}), port = 0): Promise<Upstream> {
    const server = createServer((request, response) => {
      void read(request).then((heard) => {
        upstream.heard.push(heard);
        answer(heard, response);
      });
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const upstream: Upstream = new Upstream(server, (server.address() as AddressInfo).port);
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** How many requests came with this method. */
  count(method: string): number {
    return this.heard.filter((one) => one.method === method).length;
  }

  get last(): Heard {
    return this.heard.at(-1)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }
}

export function json(response: ServerResponse, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** As a process does that is killed while it works: the request has come, the answer never does. */
export const dieOnIt: Answer = (_, response) => void response.socket!.resetAndDestroy();

async function read(request: IncomingMessage): Promise<Heard> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method, url, headers } = request;
  return { method: method!, url: url!, headers, body: Buffer.concat(chunks).toString() };
}

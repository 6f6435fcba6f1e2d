import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Connection, endWritesOfClosedConnections } from './driver-close';

const DriverConnection = Connection as unknown as new (
  socket: Socket,
  options: object,
) => { command(namespace: object, command: object): Promise<unknown> };

describe('a command written to a connection that breaks in that instant', () => {
  const server = createServer((socket) => socket.resume());
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    endWritesOfClosedConnections();
  });
  afterAll(() => void server.close());

  it('fails, and does not wait for ever', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    const connection = new DriverConnection(socket, { hostAddress: 'here' });
    socket.destroy();
    await expect(connection.command({ db: 'admin' }, { ping: 1 })).rejects.toThrow(/closed/);
  });
});

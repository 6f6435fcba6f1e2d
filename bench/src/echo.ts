// The floor of the live path: a bare Socket.IO server in a process of its own, which emits what it is told to emit.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';

const http = createServer();
const server = new Server(http, { transports: ['websocket'] });
server.on('connection', (socket) => void socket.join('room'));
http.listen(0, '127.0.0.1', () =>
  process.send!({ url: `http://127.0.0.1:${String((http.address() as AddressInfo).port)}` }),
);

process.on('message', ({ emit }: { emit: object }) => {
  const at = Number(process.hrtime.bigint()) / 1e6;
  server.to('room').emit('orderUpdated', { ...emit, at });
});
process.on('disconnect', () => process.exit());

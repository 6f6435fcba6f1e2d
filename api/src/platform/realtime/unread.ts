/** As much of an Engine.IO connection as says what its client has not read; its type keeps the queue to itself. */
interface Queues {
  readonly writeBuffer: readonly { data?: unknown }[];
  readonly transport: { readonly socket?: { readonly bufferedAmount: number } };
}

/** Bytes, or UTF-16 units of text, that wait for a client: in its queue, and in that of the WebSocket below. */
export function unreadOf(wire: object): number {
  const { writeBuffer, transport } = wire as Queues;
  return writeBuffer.reduce((sum, { data }) => sum + sizeOf(data), transport.socket?.bufferedAmount ?? 0);
}

function sizeOf(data: unknown): number {
  if (typeof data === 'string') return data.length;
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
}

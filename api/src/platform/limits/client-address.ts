import type { IncomingMessage } from 'node:http';
import { normalizeIp } from '@nestjs/throttler';

/**
 * Who is counted by an address: an IPv4 address, or the /64 of an IPv6 one, for that is what one customer of a provider gets.
 * An IPv4 address in IPv6 form is the IPv4 one.
 */
export function addressKey(address: string | undefined): string {
  return address ? normalizeIp(address) : 'unknown';
}

/**
 * Whom a request is from, as Express' `request.ip` says it: the peer itself, or with `hops` proxies in front the address that
 * the outermost of them saw. What stands further left in `X-Forwarded-For` is a stranger's claim.
 */
export function clientAddress({ socket, headers }: IncomingMessage, hops: number): string | undefined {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join().split(',');
  const way = [
    socket.remoteAddress,
    ...forwarded
      .map((one) => one.trim())
      .filter(Boolean)
      .reverse(),
  ];
  return way[Math.min(hops, way.length - 1)];
}

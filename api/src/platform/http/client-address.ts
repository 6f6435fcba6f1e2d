/**
 * Whom a connection is from, by the rule of Express's `trust proxy`: each of so many proxies in front has added to
 * `X-Forwarded-For` whom it was asked by; what stands before that may be anybody's invention.
 * @param proxies `TRUST_PROXY`
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | string[] | undefined,
  proxies: number,
): string | undefined {
  const named = [forwardedFor ?? []].flat().join(',').split(',');
  const way = [
    peer,
    ...named
      .map((address) => address.trim())
      .filter(Boolean)
      .toReversed(),
  ];
  return way[Math.min(proxies, way.length - 1)];
}

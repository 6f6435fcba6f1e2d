/**
 * The one rounding rule of the product: half to even (IEEE 754 roundTiesToEven), on exact integers, so that no float ever
 * holds money. `amount` in minor units, `rateBps` in basis points (500 = 5 %).
 */
export function shareOf(amount: number, rateBps: number): number {
  const scaled = BigInt(amount) * BigInt(rateBps);
  const whole = scaled / 10_000n;
  const twice = (scaled % 10_000n) * 2n;
  const up = twice > 10_000n || (twice === 10_000n && whole % 2n === 1n);
  return Number(up ? whole + 1n : whole);
}

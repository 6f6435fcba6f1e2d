/** MongoDB's E11000 on the unique index over `field`. */
export function isDuplicateKey(error: unknown, field: string): boolean {
  const fault = error as { code?: unknown; keyPattern?: object; message?: unknown } | null;
  if (fault?.code !== 11000) return false;
  // a bulk insert names the index in its message only
  return field in (fault.keyPattern ?? {}) || String(fault.message).includes(`index: ${field}_`);
}

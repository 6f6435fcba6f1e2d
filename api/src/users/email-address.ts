import { domainToASCII } from 'node:url';

/** RFC 5321 §4.5.3.1: no address is longer, so nothing longer is worth the work. */
const LONGEST = 320;
/** What the conversion of a host name would cut off, decode or take for something else. */
const NO_DOMAIN = /[\s/\\?#@:%[\]]/;

/**
 * The one way in which an address is stored, compared and counted: without surrounding space, in Unicode's composed
 * compatible form, in lower case, its domain in ASCII. Plus-tags and dots stay: what they mean is the provider's business.
 * What is no address is answered so that it is none afterwards either. Idempotent.
 */
export function normalizeEmail(typed: string): string {
  if (typed.length > LONGEST) return typed;
  const folded = typed.normalize('NFKC').trim().toLowerCase().normalize('NFKC');
  const at = folded.lastIndexOf('@');
  const domain = folded.slice(at + 1);
  if (at < 1 || NO_DOMAIN.test(domain)) return folded;
  const ascii = domainToASCII(domain);
  return ascii ? `${folded.slice(0, at)}@${ascii}` : folded;
}

import Bowser from 'bowser';

const UNKNOWN = 'Unknown device';
const BROWSERS: ReadonlySet<string> = new Set(Object.values(Bowser.BROWSER_MAP));
const SYSTEMS: ReadonlySet<string> = new Set(Object.values(Bowser.OS_MAP));

/** `Chrome on Android`, as far as a `User-Agent` says: only names from a list, never words of the header itself. */
export function deviceLabel(userAgent: string | undefined): string {
  if (!userAgent) return UNKNOWN;
  const parsed = Bowser.getParser(userAgent);
  // of what it does not know, the parser takes the header's own words for a name
  const [browser, system] = [known(parsed.getBrowserName(), BROWSERS), known(parsed.getOSName(), SYSTEMS)];
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? UNKNOWN;
}

function known(name: string, names: ReadonlySet<string>): string | undefined {
  return names.has(name) ? name : undefined;
}

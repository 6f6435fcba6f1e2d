import { trustedWorker } from './trusted-worker';

interface Rules {
  createScriptURL(url: string): string;
}

describe('the address of the service worker', () => {
  const global = globalThis as { trustedTypes?: unknown };
  afterEach(() => delete global.trustedTypes);

  it('is text where a browser has no Trusted Types', () => {
    expect(trustedWorker()).toBe('ngsw-worker.js');
  });

  it('is text where a policy in front of the site allows no other: the app starts all the same', () => {
    global.trustedTypes = {
      createPolicy() {
        throw new TypeError('disallowed');
      },
    };
    expect(trustedWorker()).toBe('ngsw-worker.js');
  });

  it('is trusted where it has, under the name that the site’s policy allows, and nothing else is', () => {
    const made: [string, Rules][] = [];
    global.trustedTypes = {
      createPolicy(name: string, rules: Rules) {
        made.push([name, rules]);
        return { createScriptURL: (url: string) => ({ trusted: rules.createScriptURL(url) }) };
      },
    };
    expect(trustedWorker()).toEqual({ trusted: 'ngsw-worker.js' });
    const [name, rules] = made[0]!;
    expect(name).toBe('quickcommerce');
    expect(() => rules.createScriptURL('https://evil.example/worker.js')).toThrow(TypeError);
  });
});

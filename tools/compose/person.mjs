import { randomUUID } from 'node:crypto';

/** One person, through the proxy, by the public contract. */
export class Person {
  constructor(url) {
    this.url = url;
  }

  /** @throws Error for anything but a good answer */
  async send(method, path, body, headers = {}) {
    const answer = await fetch(`${this.url}/api${path}`, {
      method,
      signal: AbortSignal.timeout(30_000),
      headers: {
        ...(body && { 'Content-Type': 'application/json' }),
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
    return text ? JSON.parse(text) : undefined;
  }

  async register(role) {
    this.email = `${role}-${randomUUID()}@example.com`;
    this.password = 'correct horse';
    const profile = { firstName: role };
    return this.keep(
      await this.send('POST', '/auth/register', { email: this.email, password: this.password, role, profile }),
    );
  }

  async signIn(email, password) {
    return this.keep(await this.send('POST', '/auth/login', { email, password }));
  }

  keep({ accessToken }) {
    this.token = accessToken;
    return this;
  }
}

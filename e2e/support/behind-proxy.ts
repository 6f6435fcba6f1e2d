import { Nginx } from '../../api/test/support/nginx';

/** Puts the proxy of production, with its firewall on, before the API that Playwright has started; ends it after the last test. */
export default async function behindProxy(): Promise<() => Promise<void>> {
  const { PROXY_PORT, E2E_PORT } = process.env;
  const nginx = await Nginx.before([`http://127.0.0.1:${E2E_PORT}`], { HTTP_PORT: PROXY_PORT!, WAF: 'on' });
  return () => nginx[Symbol.asyncDispose]();
}

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Puts `fullchain.pem` and `privkey.pem` for a name into a folder, as a certificate authority's client does; replaces older ones. */
export function issueCertificate(folder: string, name: string): void {
  const [key, certificate] = ['privkey.pem', 'fullchain.pem'].map((file) => join(folder, file));
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, ...subject, '-keyout', key!, '-out', certificate!], { stdio: 'ignore' });
}

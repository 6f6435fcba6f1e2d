import { PASSWORD_BYTES } from '@qc/contracts';

let words: Promise<ReadonlySet<string>> | undefined;

/** Among the most used of those that were stolen, in whatever case. The list is read when it is first asked, and kept. */
export async function isKnownPassword(password: string): Promise<boolean> {
  words ??= load();
  return (await words).has(password.toLowerCase());
}

async function load(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  // shorter ones are refused by their length
  return new Set(dictionary['passwords-common'].filter(({ length }) => length >= PASSWORD_BYTES.min));
}

import { minLength, required, type SchemaPath, validate } from '@angular/forms/signals';
import { PASSWORD_BYTES } from '@qc/contracts';

import { formMessageOf, hasCode } from './problem';

export const NEW_PASSWORD_HINT = `${PASSWORD_BYTES.min} to ${PASSWORD_BYTES.max} characters, and none that many people use.`;

/** What can be said about a new password without asking the server, which also refuses the common ones. */
export function newPassword(path: SchemaPath<string>): void {
  minLength(path, PASSWORD_BYTES.min, { message: `At least ${PASSWORD_BYTES.min} characters.` });
  required(path, { message: 'A password is needed.' });
  validate(path, ({ value }) =>
    new TextEncoder().encode(value()).length > PASSWORD_BYTES.max
      ? { kind: 'tooLong', message: 'This password is too long.' }
      : null,
  );
}

/** As `formMessageOf`; of the password itself only the server knows whether it is a common one. */
export function newPasswordMessageOf(error: unknown): string {
  const common = hasCode(error, 'VALIDATION_FAILED') && error.fieldErrors.some(({ path }) => PATHS.includes(path));
  return common ? 'Many people use this password, so it is guessed first. Choose another.' : formMessageOf(error);
}

const PATHS = ['password', 'newPassword'];

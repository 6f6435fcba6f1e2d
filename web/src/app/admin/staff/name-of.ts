/** First and last name, as far as there are any. */
export function nameOf({ firstName, lastName }: { firstName: string; lastName?: string }): string {
  return [firstName, lastName].filter(Boolean).join(' ');
}

import { HttpParams } from '@angular/common/http';

/** Query parameters without those that are not set. */
export function queryOf(values: Record<string, string | number | boolean | undefined>): HttpParams {
  const given = Object.entries(values).filter(
    (entry): entry is [string, string | number | boolean] => entry[1] !== undefined && entry[1] !== '',
  );
  return new HttpParams({ fromObject: Object.fromEntries(given) });
}

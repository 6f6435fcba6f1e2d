import type { Migration } from '../platform/mongo/migration';
import { sealPhonesAndAddresses } from './0001-seal-phones-and-addresses';
import { placesUnderOneDocument } from './0002-places-under-one-document';
import { normaliseEmails } from './0003-normalise-emails';

/** In order. One that was released is never changed: the next one mends it. */
export const MIGRATIONS: readonly Migration[] = [sealPhonesAndAddresses, placesUnderOneDocument, normaliseEmails];

import type { TagRow } from './tag-entry.ts';

/**
 * Private data elements of Visa cards, as publicly described; the specifications are not public.
 */
export const VISA_ROWS = [
  ['9F51', 'Application currency code (Visa)', 'n', 2, 'card'],
  ['9F52', 'Application default action', 'b', [2, 6], 'card'],
  ['9F53', 'Consecutive transaction counter limit, international', 'b', 1, 'card'],
  ['9F54', 'Cumulative total transaction amount limit', 'n', 6, 'card'],
  ['9F55', 'Geographic indicator', 'b', 1, 'card'],
  ['9F56', 'Issuer authentication indicator', 'b', 1, 'card'],
  ['9F57', 'Issuer country code (Visa)', 'n', 2, 'card'],
  ['9F58', 'Consecutive transaction counter limit', 'b', 1, 'card'],
  ['9F59', 'Consecutive transaction counter upper limit', 'b', 1, 'card'],
  ['9F5C', 'Cumulative total transaction amount upper limit', 'n', 6, 'card'],
  ['9F5E', 'Consecutive transaction international upper limit', 'b', 1, 'card'],
  ['9F63', 'Offline counter initial value', 'b', [0, 32], 'card'],
  ['9F67', 'Magstripe data offset', 'b', 1, 'card'],
  ['9F6B', 'Card CVM limit', 'n', 6, 'card'],
  ['9F6D', 'Very low payment reset threshold', 'n', 6, 'card'],
  ['9F74', 'Very low payment issuer authorisation code', 'an', 6, 'card'],
  ['9F77', 'Very low payment funds limit', 'n', 6, 'card'],
  ['9F78', 'Very low payment single transaction limit', 'n', 6, 'card'],
  ['9F79', 'Very low payment available funds', 'n', 6, 'card'],
  ['9F7A', 'Very low payment terminal support indicator', 'n', 1, 'terminal'],
  ['9F7B', 'Very low payment terminal transaction limit', 'n', 6, 'terminal'],
  ['9F7D', 'Application specification version', 'b', 1, 'card'],
  ['BF50', 'Fleet: card data objects', 'template', [0, 255], 'card'],
  ['BF55', 'Contactless counters data template', 'template', [0, 255], 'card'],
  ['BF56', 'Counters data template', 'template', [0, 255], 'card'],
  ['BF57', 'International counters data template', 'template', [0, 255], 'card'],
  ['BF58', 'Amounts data template', 'template', [0, 255], 'card'],
  ['BF59', 'Profile controls template', 'template', [0, 255], 'card'],
  ['BF5A', 'AIP and AFL entries template', 'template', [0, 255], 'card'],
  ['BF5B', 'Application internal data template', 'template', [0, 255], 'card'],
] as const satisfies readonly TagRow[];

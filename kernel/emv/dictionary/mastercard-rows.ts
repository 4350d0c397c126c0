import type { TagRow } from './tag-entry.ts';

/**
 * Private data elements of M/Chip cards, as publicly described; the specifications are not public.
 */
export const MASTERCARD_ROWS = [
  ['9F52', 'Terminal compatibility indicator', 'b', 1, 'terminal'],
  ['9F7E', 'Application life cycle data', 'b', 48, 'card', [], 'track'],
  ['C3', 'Card issuer action code, decline', 'b', 3, 'card'],
  ['C4', 'Card issuer action code, default', 'b', 3, 'card'],
  ['C5', 'Card issuer action code, online', 'b', 3, 'card'],
  ['C6', 'PIN try limit', 'b', 1, 'card'],
  ['C7', 'CDOL1 related data length', 'b', 1, 'card'],
  ['C8', 'Card risk management country code', 'n', 2, 'card'],
  ['C9', 'Card risk management currency code', 'n', 2, 'card'],
  ['CA', 'Lower cumulative offline transaction amount', 'n', 6, 'card'],
  ['CB', 'Upper cumulative offline transaction amount', 'n', 6, 'card'],
  ['CD', 'Card issuer action code, default (contactless)', 'b', 3, 'card'],
  ['CE', 'Card issuer action code, online (contactless)', 'b', 3, 'card'],
  ['CF', 'Card issuer action code, decline (contactless)', 'b', 3, 'card'],
  ['D1', 'Currency conversion table', 'b', 25, 'card'],
  ['D3', 'Additional check table', 'b', 18, 'card'],
  ['D5', 'Application control', 'b', [2, 6], 'card'],
  ['D6', 'Default ARPC response code', 'b', 2, 'card'],
  ['D7', 'Application control (contactless)', 'b', [2, 6], 'card'],
  ['D8', 'Application interchange profile (contactless)', 'b', 2, 'card'],
  ['D9', 'Application file locator (contactless)', 'b', [0, 252], 'card'],
  ['DA', 'Static CVC3 of track 1', 'b', 2, 'card', [], 'track'],
  ['DB', 'Static CVC3 of track 2', 'b', 2, 'card', [], 'track'],
  ['DC', 'Initialisation vector of CVC3, track 1', 'b', 2, 'card', [], 'track'],
  ['DD', 'Initialisation vector of CVC3, track 2', 'b', 2, 'card', [], 'track'],
] as const satisfies readonly TagRow[];

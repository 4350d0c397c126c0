import type { TagRow } from './tag-entry.ts';

/**
 * Kernel 3. The book is not public; as publicly described. Source: EMV Contactless Book C-3, annex
 * A.2.
 */
export const KERNEL3_ROWS = [
  ['9F5A', 'Application program identifier', 'b', [1, 16], 'card', ['BF0C']],
  ['9F5D', 'Available offline spending amount', 'n', 6, 'card', ['77', 'BF0C']],
  ['9F68', 'Card additional processes', 'b', 4, 'card'],
  ['9F69', 'Card authentication related data', 'b', [5, 16], 'card', ['70', '77']],
  ['9F6C', 'Card transaction qualifiers', 'b', 2, 'card', ['77']],
  ['9F6E', 'Form factor indicator', 'b', 4, 'card', ['77', 'BF0C']],
  ['9F7C', 'Customer exclusive data', 'b', [0, 32], 'card', ['77'], 'track'],
] as const satisfies readonly TagRow[];

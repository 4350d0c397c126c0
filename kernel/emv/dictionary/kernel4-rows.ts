import type { TagRow } from './tag-entry.ts';

/**
 * Where kernel 4 gives tags of other kernels another meaning. Source: EMV Contactless Book C-4,
 * 4.3.
 */
export const KERNEL4_ROWS = [
  ['9F6D', 'Contactless reader capabilities', 'b', 1, 'terminal'],
  ['9F6E', 'Enhanced contactless reader capabilities', 'b', 4, 'terminal'],
  ['9F70', 'Card interface and payment capabilities', 'b', 2, 'card'],
] as const satisfies readonly TagRow[];

import type { TagRow } from './tag-entry.ts';

/** What the entry point and more than one kernel know. Source: EMV Contactless Books A and B. */
export const CONTACTLESS_ROWS = [
  [
    '96',
    'Kernel identifier (terminal)',
    'b',
    [1, 8],
    'terminal',
    [],
    'none',
    'Book B, SEND POI INFORMATION',
  ],
  ['9F29', 'Extended selection', 'b', [0, 16], 'card', ['61'], 'none', 'Book B, 3.3'],
  ['9F2A', 'Kernel identifier', 'b', [1, 8], 'card', ['61'], 'none', 'Book B, 3.3'],
  [
    '9F3E',
    'Terminal categories supported list',
    'b',
    [0, 252],
    'terminal',
    [],
    'none',
    'Book B, SEND POI INFORMATION',
  ],
  ['9F3F', 'Selection DOL', 'b', [0, 252], 'card', ['A5'], 'none', 'Book B, SEND POI INFORMATION'],
  ['9F66', 'Terminal transaction qualifiers', 'b', 4, 'terminal', [], 'none', 'Book A, 5.7'],
] as const satisfies readonly TagRow[];

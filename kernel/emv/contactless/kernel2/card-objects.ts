import { tagEntry } from '../../dictionary/tags.ts';

/** Where a card may give an object: the FCI, a record (70), another answer (77). */
export type CardPlace = 'fci' | 'record' | 'answer';

const FCI: readonly CardPlace[] = ['fci'];
const RECORD: readonly CardPlace[] = ['record', 'answer'];
const ANSWER: readonly CardPlace[] = ['answer'];
const FCI_OR_RECORD: readonly CardPlace[] = ['fci', 'record', 'answer'];

/**
 * What kernel 2 takes from a card, and where. Its length is the dictionary's. Source: Book C-2,
 * annex A, as publicly described.
 */
const PLACES: Readonly<Record<string, readonly CardPlace[]>> = {
  '50': FCI,
  '56': RECORD,
  '57': RECORD,
  '5A': RECORD,
  '5F24': RECORD,
  '5F25': RECORD,
  '5F28': RECORD,
  '5F2D': FCI,
  '5F34': RECORD,
  '82': ANSWER,
  '84': FCI,
  '87': FCI,
  '8C': RECORD,
  '8D': RECORD,
  '8E': RECORD,
  '8F': RECORD,
  '90': RECORD,
  '92': RECORD,
  '94': ANSWER,
  '9F07': RECORD,
  '9F08': RECORD,
  '9F0D': RECORD,
  '9F0E': RECORD,
  '9F0F': RECORD,
  '9F10': ANSWER,
  '9F11': FCI,
  '9F12': FCI,
  '9F19': FCI_OR_RECORD,
  '9F24': RECORD,
  '9F25': RECORD,
  '9F26': ANSWER,
  '9F27': ANSWER,
  '9F32': RECORD,
  '9F36': ANSWER,
  '9F38': FCI,
  '9F42': RECORD,
  '9F44': RECORD,
  '9F46': RECORD,
  '9F47': RECORD,
  '9F48': RECORD,
  '9F4A': RECORD,
  '9F4B': ANSWER,
  '9F4D': FCI,
  '9F50': ANSWER,
  '9F51': RECORD,
  '9F54': ANSWER,
  '9F5B': RECORD,
  '9F5D': FCI,
  '9F5E': FCI,
  '9F5F': ANSWER,
  '9F60': ANSWER,
  '9F61': ANSWER,
  '9F62': RECORD,
  '9F63': RECORD,
  '9F64': RECORD,
  '9F65': RECORD,
  '9F66': RECORD,
  '9F67': RECORD,
  '9F68': RECORD,
  '9F69': RECORD,
  '9F6B': RECORD,
  '9F6C': RECORD,
  '9F6E': FCI_OR_RECORD,
  '9F6F': ANSWER,
  '9F70': ANSWER,
  '9F71': ANSWER,
  '9F72': ANSWER,
  '9F73': ANSWER,
  '9F74': ANSWER,
  '9F75': ANSWER,
  '9F76': ANSWER,
  '9F77': ANSWER,
  '9F78': ANSWER,
  '9F79': ANSWER,
  '9F7D': ANSWER,
  '9F7F': ANSWER,
  DF4B: ANSWER,
};

/** What is known of an object that a card may give. */
export interface CardObject {
  readonly lengthBytes: readonly [number, number];
  readonly places: readonly CardPlace[];
}

/** An object of variable length may be empty, which is as if it were not there. */
function cardObjectOf([tag, places]: readonly [string, readonly CardPlace[]]) {
  const [min, max] = tagEntry(tag, { kernel: 2 })?.lengthBytes ?? [0, 255];
  return [tag, { lengthBytes: [min === max ? min : 0, max], places }] as const;
}

const CARD_OBJECTS: ReadonlyMap<string, CardObject> = new Map(
  Object.entries(PLACES).map(cardObjectOf),
);

/** The row of an object that only a card may give; `undefined` for every other tag. */
export function cardObject(tag: string): CardObject | undefined {
  return CARD_OBJECTS.get(tag);
}

/**
 * Whether an object is the terminal's alone: a card that sends it would speak for the terminal.
 * Those of the private class (DF6x, DF81xx), which issuers use for themselves too, are nobody's.
 */
export function isTerminalObject(tag: string): boolean {
  return !/^[C-F]/.test(tag) && tagEntry(tag, { kernel: 2 })?.source === 'terminal';
}

/** The objects that GET DATA fetches: the balance and the data envelopes. */
export function isReadByGetData(tag: string): boolean {
  return tag === '9F50' || /^9F7[0-9]$/.test(tag);
}

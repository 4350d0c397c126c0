import { readUint } from '../../bytes/bytes.ts';
import { encodeHex } from '../../bytes/hex.ts';

const AMOUNTS_BYTES = 8;
const RULE_BYTES = 2;

/**
 * What a cardholder verification method list (8E) asks for, a line a rule, in the order of the
 * list. Source: EMV 4.4 Book 3, C3.
 */
export function cvmListMeanings(value: Uint8Array): readonly string[] {
  if (value.length < AMOUNTS_BYTES) return ['Too short for its two amounts'];
  const amountX = readUint(value.subarray(0, 4));
  const amountY = readUint(value.subarray(4, AMOUNTS_BYTES));
  const lines = amountX + amountY > 0 ? [`X is ${amountX}, Y is ${amountY} minor units`] : [];
  let at = AMOUNTS_BYTES;
  for (; at + RULE_BYTES <= value.length; at += RULE_BYTES) {
    lines.push(cvRuleMeaning(value.subarray(at, at + RULE_BYTES)));
  }
  return at === value.length ? lines : [...lines, 'Half a rule at its end'];
}

/** What one rule of such a list asks for, 2 bytes. */
export function cvRuleMeaning([code = 0, condition = 0]: Uint8Array): string {
  const next = (code & 0x40) === 0 ? 'else fail' : 'else the next';
  return `${methodOf(code)}, ${conditionOf(condition)}; ${next}`;
}

/** What cardholder verification method results (9F34) say. Source: EMV 4.4 Book 4, A4. */
export function cvmResultMeanings(value: Uint8Array): readonly string[] {
  const [code = 0, condition = 0, result = 0] = value;
  const outcome = RESULTS[result] ?? `reserved result ${result}`;
  // 3F is no rule: no verification was performed, or none of the list applied.
  if ((code & 0x3f) === 0x3f) return [`No verification performed: ${outcome}`];
  return [`${methodOf(code)}, ${conditionOf(condition)}: ${outcome}`];
}

const RESULTS: readonly string[] = ['unknown', 'failed', 'successful'];

function methodOf(code: number): string {
  return METHODS[code & 0x3f] ?? `Method ${encodeHex(Uint8Array.of(code & 0x3f))}`;
}

function conditionOf(condition: number): string {
  return CONDITIONS[condition] ?? `condition ${encodeHex(Uint8Array.of(condition))}`;
}

/** Source: Book 3, C3, table of codes. */
const METHODS: Readonly<Record<number, string>> = {
  0: 'Fail cardholder verification',
  1: 'Plaintext PIN verified by the card',
  2: 'Enciphered PIN verified online',
  3: 'Plaintext PIN verified by the card, and signature',
  4: 'Enciphered PIN verified by the card',
  5: 'Enciphered PIN verified by the card, and signature',
  6: 'Face verified by the card',
  7: 'Face verified online',
  8: 'Finger verified by the card',
  9: 'Finger verified online',
  10: 'Palm verified by the card',
  11: 'Palm verified online',
  12: 'Iris verified by the card',
  13: 'Iris verified online',
  14: 'Voice verified by the card',
  15: 'Voice verified online',
  30: 'Signature',
  31: 'No verification required',
};

/** Source: Book 3, C3, table of conditions. */
const CONDITIONS: readonly string[] = [
  'always',
  'if unattended cash',
  'if neither cash nor cashback',
  'if the terminal supports it',
  'if manual cash',
  'if purchase with cashback',
  'if in the application currency and under X',
  'if in the application currency and over X',
  'if in the application currency and under Y',
  'if in the application currency and over Y',
];

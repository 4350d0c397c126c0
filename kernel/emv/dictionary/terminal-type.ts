import { encodeHex } from '../../bytes/hex.ts';

/** What a terminal type (9F35) says. Source: EMV 4.4 Book 4, A1. */
export function terminalTypeMeanings(value: Uint8Array): readonly string[] {
  const [type = 0] = value;
  const operator = OPERATORS[type >> 4];
  const environment = ENVIRONMENTS[type & 0x0f];
  if (operator === undefined || environment === undefined) {
    return [`Reserved type ${encodeHex(value)}`];
  }
  return [`Operated by the ${operator}`, environment];
}

const OPERATORS: Readonly<Record<number, string>> = {
  1: 'financial institution',
  2: 'merchant',
  3: 'cardholder',
};

const ENVIRONMENTS: Readonly<Record<number, string>> = {
  1: 'Attended, online only',
  2: 'Attended, offline with online capability',
  3: 'Attended, offline only',
  4: 'Unattended, online only',
  5: 'Unattended, offline with online capability',
  6: 'Unattended, offline only',
};

/** What the cryptogram type in 9F27 says. Source: EMV 4.4 Book 3, table 15. */
export function cryptogramTypeMeaning(value: Uint8Array): string {
  return TYPES[(value[0] ?? 0) >> 6] ?? '';
}

const TYPES = [
  'AAC: the card declines',
  'TC: the card approves',
  'ARQC: the card asks its issuer',
  'AAR: reserved',
];

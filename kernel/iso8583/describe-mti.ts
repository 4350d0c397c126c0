const VERSIONS: Readonly<Record<string, string>> = {
  0: 'ISO 8583:1987',
  1: 'ISO 8583:1993',
  2: 'ISO 8583:2003',
  8: 'national use',
  9: 'private use',
};
const CLASSES: Readonly<Record<string, string>> = {
  1: 'authorisation',
  2: 'financial',
  3: 'file action',
  4: 'reversal or chargeback',
  5: 'reconciliation',
  6: 'administrative',
  7: 'fee collection',
  8: 'network management',
};
const FUNCTIONS: Readonly<Record<string, string>> = {
  0: 'request',
  1: 'request response',
  2: 'advice',
  3: 'advice response',
  4: 'notification',
  5: 'notification acknowledgement',
  6: 'instruction',
  7: 'instruction acknowledgement',
};
const ORIGINS: Readonly<Record<string, string>> = {
  0: 'acquirer',
  1: 'acquirer, repeated',
  2: 'issuer',
  3: 'issuer, repeated',
  4: 'other',
  5: 'other, repeated',
};

/**
 * What the four digits of a message type say, for people: version, class, function, origin.
 * A digit without a meaning is `reserved`. Source: ISO 8583:1987, 4.1; ISO 8583-1:2003, 5.
 */
export function describeMti(mti: string): string {
  const tables = [VERSIONS, CLASSES, FUNCTIONS, ORIGINS];
  return tables.map((table, i) => table[mti[i] ?? ''] ?? 'reserved').join(', ');
}

import { encodeHex } from '../../bytes/hex.ts';

/** What a service code (5F30) of three digits and a leading zero says. */
export function serviceCodeDigits(value: Uint8Array): readonly string[] {
  return serviceCodeMeanings(encodeHex(value).slice(1));
}

/** What the three digits of a service code say. Source: ISO/IEC 7813, service code. */
export function serviceCodeMeanings(digits: string): readonly string[] {
  const [interchange = '', authorisation = '', services = ''] = digits;
  return [
    INTERCHANGE[interchange] ?? `Reserved interchange ${interchange}`,
    AUTHORISATION[authorisation] ?? `Reserved authorisation ${authorisation}`,
    SERVICES[services] ?? `Reserved services ${services}`,
  ];
}

const INTERCHANGE: Readonly<Record<string, string>> = {
  1: 'International, magnetic stripe',
  2: 'International, chip',
  5: 'National, magnetic stripe',
  6: 'National, chip',
  7: 'By bilateral agreement only',
  9: 'Test card',
};

const AUTHORISATION: Readonly<Record<string, string>> = {
  0: 'Normal authorisation',
  2: 'Authorisation by the issuer',
  4: 'Authorisation by the issuer unless agreed otherwise',
};

const SERVICES: Readonly<Record<string, string>> = {
  0: 'No restrictions, PIN required',
  1: 'No restrictions',
  2: 'Goods and services only',
  3: 'ATM only, PIN required',
  4: 'Cash only',
  5: 'Goods and services only, PIN required',
  6: 'No restrictions, PIN if there is a PIN pad',
  7: 'Goods and services only, PIN if there is a PIN pad',
};

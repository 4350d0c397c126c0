import { concatBytes } from '../bytes/bytes.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';

/** How an issuer's cards make a session key. */
export type SessionKeyMethod = 'none' | 'common' | 'mastercard' | 'aes';

/** A cryptogram version: everything an issuer needs to verify what a card signed. */
export interface CryptogramVersion {
  /** As the scheme names it, for example `CVN 18`. */
  readonly name: string;
  readonly scheme: 'visa' | 'mastercard' | 'interac' | 'common-core';
  /** The byte of 9F10 that says so, counted from 0, and its value. */
  readonly marker: { readonly offset: number; readonly value: number };
  readonly algorithm: 'tdes' | 'aes';
  readonly sessionKey: SessionKeyMethod;
  readonly padding: 1 | 2;
  /**
   * What is signed, by tag in order; `9F10[3-6]` are bytes 3 to 6 of it, counted from 0, and
   * `9F10[10-]` all from byte 10 on.
   */
  readonly data: readonly string[];
  readonly arpcMethod: 1 | 2;
  readonly source: string;
}

const BASE = ['9F02', '9F03', '9F1A', '95', '5F2A', '9A', '9C', '9F37', '82', '9F36'] as const;
const VISA = 'publicly described: VIS 1.6, annex D, as quoted in open issuers’ code';
const MCHIP = 'publicly described: M/Chip Advance issuer guide, as quoted in open issuers’ code';

/** The cryptogram versions, as data. Visa's format 2 has its version in the second byte. */
export const CRYPTOGRAM_VERSIONS: readonly CryptogramVersion[] = [
  visa('CVN 10', 0x0a, 'none', 1, [...BASE, '9F10[3-6]'], 1),
  visa('CVN 17', 0x11, 'none', 1, ['9F02', '9F37', '9F36', '9F10[4-4]'], 1),
  visa('CVN 18', 0x12, 'common', 2, [...BASE, '9F10'], 2),
  {
    ...visa('CVN 22', 0x22, 'common', 2, [...BASE, '9F10'], 2),
    marker: { offset: 1, value: 0x22 },
  },
  mastercard('CVN 16', 0x10, 'mastercard', [...BASE, '9F10[2-7]']),
  mastercard('CVN 17', 0x11, 'mastercard', [...BASE, '9F10[2-7]', '9F10[10-]']),
  mastercard('CVN 20', 0x14, 'common', [...BASE, '9F10[2-7]']),
  mastercard('CVN 21', 0x15, 'common', [...BASE, '9F10[2-7]', '9F10[10-]']),
  {
    name: 'CVN 133',
    scheme: 'interac',
    marker: { offset: 2, value: 0x85 },
    algorithm: 'tdes',
    sessionKey: 'mastercard',
    padding: 2,
    data: [...BASE, '9F10'],
    arpcMethod: 1,
    source: 'publicly described: Interac, as in open issuers’ code (pyemv)',
  },
  {
    name: 'CCI A5',
    scheme: 'common-core',
    marker: { offset: 1, value: 0xa5 },
    algorithm: 'tdes',
    sessionKey: 'common',
    padding: 2,
    data: [...BASE, '9F10'],
    arpcMethod: 2,
    source: 'EMV 4.4 Book 3, annex C9: common core identifier A5',
  },
  {
    name: 'CCI A6',
    scheme: 'common-core',
    marker: { offset: 1, value: 0xa6 },
    algorithm: 'aes',
    sessionKey: 'aes',
    padding: 2,
    data: [...BASE, '9F10'],
    arpcMethod: 2,
    source: 'EMV 4.4 Book 3, annex C9: common core identifier A6',
  },
];

/** The version that the issuer application data (9F10) of a scheme names, if we know it. */
export function findCryptogramVersion(
  scheme: CryptogramVersion['scheme'],
  issuerApplicationData: Uint8Array,
): CryptogramVersion | undefined {
  return CRYPTOGRAM_VERSIONS.find(
    (version) =>
      version.scheme === scheme &&
      issuerApplicationData[version.marker.offset] === version.marker.value,
  );
}

/**
 * What a card signed: the data elements of its cryptogram version. Error: `missing-data` with the
 * entry as path, where an element is not there or too short.
 */
export function buildCryptogramData(
  version: CryptogramVersion,
  lookUp: (tag: string) => Uint8Array | undefined,
): Result<Uint8Array, Malformed<'missing-data'>> {
  const parts: Uint8Array[] = [];
  for (const entry of version.data) {
    const [, tag = '', from, to] = /^(\w+)(?:\[(\d+)-(\d*)\])?$/.exec(entry) ?? [];
    const value = lookUp(tag);
    const start = Number(from ?? 0);
    const end = to ? Number(to) + 1 : (value?.length ?? 0);
    if (!value || value.length < end || start >= end) return malformed('missing-data', entry, 0);
    parts.push(value.subarray(start, end));
  }
  return ok(concatBytes(...parts));
}

function visa(
  name: string,
  value: number,
  sessionKey: SessionKeyMethod,
  padding: 1 | 2,
  data: readonly string[],
  arpcMethod: 1 | 2,
): CryptogramVersion {
  const marker = { offset: 2, value };
  const scheme = 'visa';
  return {
    ...{ name, scheme, marker, algorithm: 'tdes', sessionKey, padding, data, arpcMethod },
    source: VISA,
  };
}

function mastercard(
  name: string,
  value: number,
  sessionKey: SessionKeyMethod,
  data: readonly string[],
): CryptogramVersion {
  const marker = { offset: 1, value };
  const scheme = 'mastercard';
  return {
    ...{ name, scheme, marker, algorithm: 'tdes', sessionKey, padding: 2, data, arpcMethod: 1 },
    source: MCHIP,
  };
}

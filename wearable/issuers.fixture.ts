import { createCipheriv } from 'node:crypto';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { computeCryptogram } from '#kernel/keys/cryptogram.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { decodeTlv, findTag } from '#kernel/tlv/ber.ts';
import { createVolatileMemory, type Memory } from './memory.ts';
import { listCaKeys } from './pki/ca-keys.ts';
import type { ChainObjects } from './pki/certificates.fixture.ts';
import { type FullProfile, parseProfile } from './profile.ts';
import type { Wearable } from './wearable.ts';

/** A master key of tests, published. */
export const MASTER_KEY = '0123456789ABCDEFFEDCBA9876543210';
/** The script keys of tests. */
export const SCRIPT_MAC_KEY = '00112233445566778899AABBCCDDEEFF';
export const SCRIPT_CIPHER_KEY = 'FFEEDDCCBBAA99887766554433221100';

/** A memory in which the keys that tests made are kept, so that each is made once a file. */
export const TEST_MEMORY: Memory = createVolatileMemory();

/** A profile of one issuer with these applications; test account, test keys. */
export function profileWith(
  ...applications: readonly (Readonly<Record<string, unknown>> & { readonly type: string })[]
): FullProfile {
  const account = {
    aid: 'A0000009990101',
    label: 'TESSERA TEST',
    pan: '9999990000000014',
    panSequenceNumber: '01',
    expiry: '4912',
    iccMasterKeyHex: MASTER_KEY,
  };
  const parsed = parseProfile({
    wearableId: 'tests',
    name: 'Tests',
    hint: '',
    issuers: [{ name: 'North', applications: applications.map((one) => ({ ...account, ...one })) }],
  });
  if (!parsed.ok || !('issuers' in parsed.value)) throw new Error('not a full profile');
  return parsed.value;
}

/** A memory of its own counters and state that shares the keys already made. */
export function freshMemory(): Memory {
  const own = createVolatileMemory();
  return {
    counter: (name) => own.counter(name),
    cell: (name) => (name.startsWith('pki/') ? TEST_MEMORY.cell(name) : own.cell(name)),
  };
}

/** The CA's RSA key that a terminal would be given for a profile. */
export function caRsaOf(profile: FullProfile) {
  const listed = listCaKeys([profile], TEST_MEMORY);
  const [key] = listed.ok ? listed.value.keys : [];
  if (!key) throw new Error('no CA key');
  return { modulus: hex(key.modulus), exponent: hex(key.exponent) };
}

/** The terminal's unpredictable number in tests. */
export const UN = '0A0B0C0D';

/** What a cryptogram is asked for with: amounts to the unpredictable number (29 bytes), in hex. */
export function transactionData(amountMinor = 1_234, un = UN): string {
  const amount = String(amountMinor).padStart(12, '0');
  return `${amount}000000000000037200000080000978260131${'00'}${un}`;
}

/** GENERATE AC with this P1, P2 and these values of the list, in hex. */
export function generateCryptogram(p1: string, values: string, p2 = '00'): string {
  return `80AE${p1}${p2}${(values.length / 2).toString(16).padStart(2, '0')}${values}00`;
}

/** The objects of a certificate chain among records in hex, as a terminal collects them. */
export function chainOf(
  records: readonly string[],
  keyTags = ['9F46', '9F48', '9F47'],
): ChainObjects {
  const find = (tag: string) => hex(records.map((one) => tagValue(one, tag)).join(''));
  const [certificate = '', remainder = '', exponent = ''] = keyTags;
  return {
    issuerCertificate: find('90'),
    issuerRemainder: find('92'),
    issuerExponent: find('9F32'),
    iccCertificate: find(certificate),
    iccRemainder: find(remainder),
    iccExponent: find(exponent),
  };
}

/** Sends commands in hex; the answers in hex. */
export function send(wearable: Wearable, ...commands: readonly string[]): string[] {
  return commands.map((command) => encodeHex(wearable.transmit(hex(command))));
}

/** The value of a tag in an answer, in hex; empty when it is not there. */
export function tagValue(response: string, tag: string): string {
  const decoded = decodeTlv(hex(response.slice(0, -4)));
  if (!decoded.ok) throw new Error(decoded.error.kind);
  return encodeHex(findTag(decoded.value, tag)?.value ?? hex(''));
}

/** READ RECORD for every record of a file locator; the answers in hex. */
export function readAll(wearable: Wearable, locator: string): string[] {
  const answers: string[] = [];
  for (const [sfi, first, last] of entriesOf(locator)) {
    for (let record = first; record <= last; record++) {
      const p2 = sfi | 0x04;
      answers.push(encodeHex(wearable.transmit(Uint8Array.of(0, 0xb2, record, p2, 0))));
    }
  }
  return answers;
}

/** The values of the records that a file locator says are signed, one after the other. */
export function signedRecords(wearable: Wearable, locator: string): string {
  const parts: string[] = [];
  for (const [sfi, first, , signed] of entriesOf(locator)) {
    for (let record = first; record < first + signed; record++) {
      const answer = wearable.transmit(Uint8Array.of(0, 0xb2, record, sfi | 0x04, 0));
      parts.push(tagValue(encodeHex(answer), '70'));
    }
  }
  return parts.join('');
}

function entriesOf(locator: string): readonly (readonly [number, number, number, number])[] {
  const bytes = hex(locator);
  return Array.from({ length: bytes.length / 4 }, (_, i) => {
    const [sfi = 0, first = 0, last = 0, signed = 0] = bytes.subarray(4 * i);
    return [sfi, first, last, signed] as const;
  });
}

/** A script key's session key for a cryptogram: EMV 4.4 Book 2, A1.3.1. */
export function scriptSessionKey(masterKey: string, cryptogram: Uint8Array): Uint8Array {
  const key = hex(masterKey);
  const cipher = createCipheriv('des-ede3', concatBytes(key, key.subarray(0, 8)), null);
  cipher.setAutoPadding(false);
  const halves = concatBytes(cryptogram.with(2, 0xf0), cryptogram.with(2, 0x0f));
  return new Uint8Array(concatBytes(cipher.update(halves), cipher.final()));
}

/** One command of an issuer's script in hex: header (4 bytes), data, and the MAC for an answer. */
export function buildScript(atc: string, cryptogram: string, header: string, data = ''): string {
  const length = (data.length / 2 + 8).toString(16).padStart(2, '0');
  const message = hex(`${header}${length}${atc}${cryptogram}${data}`);
  const sessionKey = new SecretKey(scriptSessionKey(SCRIPT_MAC_KEY, hex(cryptogram)));
  const request = { algorithm: 'tdes', sessionKey, data: message, padding: 2 } as const;
  return `${header}${length}${data}${encodeHex(expectOk(computeCryptogram(request)))}`;
}

import { encodeHex } from '../../bytes/hex.ts';
import { fail, ok, type Result } from '../../bytes/result.ts';
import { isTag } from '../../tlv/tag.ts';
import type { ReaderCombination, ReaderLimits } from '../contactless/input.ts';
import { KERNELS } from '../contactless/kernels.ts';
import { tagEntry } from '../dictionary/tags.ts';
import type { RevokedCertificate } from '../oda/revocation.ts';
import type { CaKeyRecord, ConfigurationFault, EmvConfiguration } from './configuration.ts';
import { MemberReader } from './member-reader.ts';

/** What a file says of itself. */
export const CONFIGURATION_FORMAT = 'tessera-emv-configuration-1';

/** The longest CA public key, in bytes. Source: EMV 4.4 Book 2, annex D1. */
const MAX_KEY_BYTES = 248;
const MAX_VALUE_BYTES = 252;
/** What a kernel takes from the sale, the date and the entropy, or works out itself. */
const SET_BY_KERNEL = new Set([
  ...['82', '95', '96', '9A', '9B', '9C', '9F02', '9F03', '9F06', '9F1A', '9F21', '9F34', '9F37'],
  ...['5F2A', '5F36'],
]);

/**
 * Reads a configuration from what JSON gave. Every fault is told, each with its path; a data
 * element of the dictionary must have a length that it may have. Whether CA keys are genuine is not
 * checked here.
 */
export function parseConfiguration(
  json: unknown,
): Result<EmvConfiguration, readonly ConfigurationFault[]> {
  const faults: ConfigurationFault[] = [];
  const file = new MemberReader(json, faults);
  if (file.text('format') !== CONFIGURATION_FORMAT) file.refuse('unknown-format', 'format');
  const configuration: EmvConfiguration = {
    mode: file.word('mode', ['production', 'development']),
    version: file.text('version'),
    currency: file.digits('currency', 3),
    currencyExponent: file.has('currencyExponent') ? file.count('currencyExponent', 4) : 2,
    country: file.digits('country', 3),
    terminalData: readData(file.object('terminal')),
    ...(file.has('terminalCategory') && { terminalCategory: file.bytes('terminalCategory', 2, 2) }),
    combinations: file.objects('combinations').map(readCombination),
    caKeys: file.objects('caKeys').map(readCaKey),
    revokedCertificates: file.objects('revokedCertificates').map(readRevoked),
  };
  if (configuration.combinations.length === 0) file.refuse('empty', 'combinations');
  refuseDuplicates(configuration.combinations, file);
  requireQualifiers(configuration, file);
  file.end();
  return faults.length === 0 ? ok(configuration) : fail(faults);
}

function readCombination(combination: MemberReader): ReaderCombination {
  const kernelId = combination.count('kernelId', 0xffffff);
  if (!(kernelId in KERNELS)) combination.refuse('unknown-kernel', 'kernelId');
  const flag = (name: string) => (combination.has(name) ? { [name]: combination.flag(name) } : {});
  const types = combination.texts('transactionTypes');
  for (const [i, type] of types.entries()) {
    if (!/^\d{2}$/.test(type)) combination.refuse('not-digits', `transactionTypes.${i}`);
  }
  const read: ReaderCombination = {
    aid: encodeHex(combination.bytes('aid', 5, 16)),
    kernelId,
    ...(combination.has('transactionTypes') && { transactionTypes: types }),
    limits: readLimits(combination.object('limits')),
    ...flag('statusCheck'),
    ...flag('zeroAmountAllowed'),
    ...flag('extendedSelection'),
    data: readData(combination.object('data'), kernelId),
  };
  combination.end();
  return read;
}

function readLimits(limits: MemberReader): ReaderLimits {
  const limit = (member: string, name: keyof ReaderLimits) =>
    limits.has(member) ? { [name]: limits.amountMinor(member) } : {};
  const read = {
    ...limit('transaction', 'transactionMinor'),
    ...limit('floor', 'floorMinor'),
    ...limit('cvmRequired', 'cvmRequiredMinor'),
  };
  limits.end();
  return read;
}

function readData(data: MemberReader, kernel?: number): Readonly<Record<string, Uint8Array>> {
  const read = data.names().map((name) => {
    const tag = name.toUpperCase();
    const isOne = isTag(tag);
    if (!isOne) data.refuse('not-a-tag', name);
    else if (SET_BY_KERNEL.has(tag)) data.refuse('set-by-kernel', name);
    const [smallest, largest] = tagEntry(tag, { kernel })?.lengthBytes ?? [0, MAX_VALUE_BYTES];
    return [tag, data.bytes(name, smallest, largest)] as const;
  });
  return Object.fromEntries(read);
}

function readCaKey(key: MemberReader): CaKeyRecord {
  const hexed = (name: string, smallest: number, largest: number): string =>
    encodeHex(key.bytes(name, smallest, largest));
  const read = {
    rid: hexed('rid', 5, 5),
    index: hexed('index', 1, 1),
    environment: key.word('environment', ['live', 'test']),
    expiry: key.date('expiry'),
    exponent: hexed('exponent', 1, 3),
    modulus: hexed('modulus', 1, MAX_KEY_BYTES),
    checksum: hexed('checksum', 20, 20),
  };
  // A source is for people, and may be anything.
  key.has('source');
  key.end();
  return read;
}

function readRevoked(certificate: MemberReader): RevokedCertificate {
  const [index = 0] = certificate.bytes('index', 1, 1);
  const rid = certificate.bytes('rid', 5, 5);
  const read = { rid, index, serial: certificate.bytes('serial', 3, 3) };
  certificate.end();
  return read;
}

/** Kernel 3 says what the reader can do in the TTQ, and in nothing else. */
function requireQualifiers(configuration: EmvConfiguration, file: MemberReader): void {
  const { combinations, terminalData } = configuration;
  for (const [i, { kernelId, data }] of combinations.entries()) {
    const has = '9F66' in data || '9F66' in terminalData;
    if (kernelId === 3 && !has) file.refuse('missing', `combinations.${i}.data.9F66`);
  }
}

function refuseDuplicates(combinations: readonly ReaderCombination[], file: MemberReader): void {
  const seen = new Set<string>();
  for (const [i, { aid, kernelId, transactionTypes = ['any'] }] of combinations.entries()) {
    for (const type of transactionTypes) {
      const name = `${aid} ${kernelId} ${type}`;
      if (seen.has(name)) file.refuse('duplicate', `combinations.${i}`);
      seen.add(name);
    }
  }
}

import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { encodeBcd } from '#kernel/bytes/bcd.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { ok, type Result } from '#kernel/bytes/result.ts';
import type { TlvInput } from '#kernel/tlv/ber.ts';
import { DataObjectList } from '../data-object-list.ts';
import {
  expiryOf,
  lastDayOf,
  openState,
  type Personalisation,
  panBytesOf,
  track2Of,
} from '../personalisation.ts';
import { hashStaticData } from '../pki/ec-certificates.ts';
import { buildEcChain } from '../pki/ec-chain.ts';
import type { EcKey } from '../pki/ec-key.ts';
import type { KeyFailure } from '../pki/issuer-keys.ts';
import type { Kernel8Profile } from '../profile-applications.ts';
import { type FileRecord, staticDataOf } from '../records.ts';
import type { StateStore } from '../state.ts';

/** A kernel 8 application as it left personalisation. */
export interface Kernel8Card {
  readonly profile: Kernel8Profile;
  readonly personalisation: Personalisation;
  readonly aip: Uint8Array;
  readonly records: readonly Kernel8Record[];
  /** What the records that are signed along hash to, 32 bytes. */
  readonly staticDataHash: Uint8Array;
  readonly icc: EcKey;
  readonly store: StateStore;
}

/** A record, and whether it is read within the encrypted session only. */
export interface Kernel8Record extends FileRecord {
  readonly encrypted: boolean;
}

/** Kernel qualifier, then the kernel's key for this transaction. */
export const PDOL = new DataObjectList('9F2B089E40');
/** What the cryptogram signs, then what decides how the holder is verified. */
export const CDOL1 = new DataObjectList('9F02069F03069F1A0295055F2A029A039C019F37049F1D089F3501');

/** Version 2; P-256 with AES-128, no other; no detection of the field's end. */
export const CARD_QUALIFIER = hex('0200FFFF000000');

const AIP1_LOCAL_AUTHENTICATION = 0x01;
const AIP2 = { relayResistance: 0x01, iadMacAtDefault: 0x02, offline: 0x08 };

/** Personalises a kernel 8 application: its records are certified here. */
export function personaliseKernel8(
  profile: Kernel8Profile,
  personalisation: Personalisation,
): Result<Kernel8Card, KeyFailure> {
  const { keys } = personalisation;
  const icc = keys.iccEc(profile.aid, profile.iccEcKeyHex);
  if (!icc.ok) return icc;
  const aip = interchangeProfileOf(profile);
  const data = dataRecords(profile, personalisation);
  const staticDataHash = hashStaticData(staticDataOf(data), new Uint8Array(0), aip);
  const chain = certify(profile, personalisation, icc.value, staticDataHash);
  if (!chain.ok) return chain;
  const records = [...data, ...chain.value];
  const store = openState(personalisation);
  return ok({ profile, personalisation, aip, records, staticDataHash, icc: icc.value, store });
}

function interchangeProfileOf(profile: Kernel8Profile): Uint8Array {
  const { iadMac, localAuthentication, offline, relayResistance } = profile;
  return Uint8Array.of(
    localAuthentication ? AIP1_LOCAL_AUTHENTICATION : 0,
    (relayResistance ? AIP2.relayResistance : 0) |
      (iadMac === 'default-offset' ? AIP2.iadMacAtDefault : 0) |
      (offline ? AIP2.offline : 0),
  );
}

function dataRecords(
  profile: Kernel8Profile,
  personalisation: Personalisation,
): readonly Kernel8Record[] {
  const { encryptedRecords: encrypted, pan, panSequenceNumber } = profile;
  const expiry = expiryOf(profile, personalisation);
  const own = Object.entries(profile.data)
    .filter(([tag]) => !isEnvelope(tag))
    .map(([tag, value]) => ({ tag, value: hex(value) }));
  const track: readonly TlvInput[] = [
    { tag: '57', value: track2Of(pan, expiry) },
    { tag: '5F20', value: encodeAscii(' /') },
    ...own,
  ];
  const signed: readonly TlvInput[] = [
    { tag: '5A', value: panBytesOf(pan) },
    { tag: '5F24', value: hex(lastDayOf(expiry)) },
    { tag: '5F28', value: hex('0372') },
    { tag: '5F34', value: encodeBcd(panSequenceNumber) },
    { tag: '9F07', value: hex('FFC0') },
  ];
  return [
    { sfi: 1, record: 1, signed: false, encrypted, objects: track },
    { sfi: 2, record: 1, signed: true, encrypted, objects: signed },
  ];
}

function certify(
  profile: Kernel8Profile,
  personalisation: Personalisation,
  icc: EcKey,
  staticDataHash: Uint8Array,
): Result<readonly Kernel8Record[], KeyFailure> {
  if (!profile.localAuthentication) return ok([]);
  const { pan } = profile;
  const request = { pan, icc, use: 'agreement', staticDataHash } as const;
  const chain = buildEcChain(personalisation, request);
  if (!chain.ok) return chain;
  return ok(chain.value.map((record) => ({ ...record, encrypted: false })));
}

/** Whether a tag is one of the ten envelopes that a kernel may read and write. */
export function isEnvelope(tag: string): boolean {
  return /^9F811[1-9A]$/.test(tag);
}

import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { encodeBcd } from '#kernel/bytes/bcd.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { ok, type Result } from '#kernel/bytes/result.ts';
import type { TlvInput } from '#kernel/tlv/ber.ts';
import {
  expiryOf,
  lastDayOf,
  type Personalisation,
  panBytesOf,
  track2Of,
} from '../personalisation.ts';
import type { KeyFailure } from '../pki/issuer-keys.ts';
import { buildRsaChain, type RsaChain } from '../pki/rsa-chain.ts';
import type { ContactProfile, MchipProfile } from '../profile-applications.ts';
import { type FileRecord, staticDataOf } from '../records.ts';

/** What the records of a chip application are made from. */
export interface ChipContents {
  readonly profile: ContactProfile | MchipProfile;
  readonly aip: Uint8Array;
  readonly authentication: 'none' | 'sda' | 'dda';
  readonly ownPinKey: boolean;
  /** The list of verification methods (8E), in hex. */
  readonly verificationMethods: string;
  readonly cdol1: Uint8Array;
  /** Absent where there is no second cryptogram. */
  readonly cdol2?: Uint8Array;
}

const TRACK_SFI = 1;
const DATA_SFI = 2;
const CHAIN_SFI = 3;
/** What a card shows that keeps its holder's name to itself (ISO 7813). */
const NAME = encodeAscii(' /');

/**
 * The records of an application: track data; what is signed along; the lists; the certificates.
 * The profile's own objects take the place of those here, or are added to the lists. Source: EMV
 * 4.4 Book 3, 7.2 and 10.3.
 */
export function buildChipRecords(
  personalisation: Personalisation,
  contents: ChipContents,
): Result<RsaChain, KeyFailure> {
  const { profile, aip, authentication, ownPinKey, cdol1, cdol2 } = contents;
  const own = new Map(Object.entries(profile.data));
  const withOwn = (objects: readonly TlvInput[]): TlvInput[] =>
    objects.map((object) => {
      const value = own.get(object.tag);
      own.delete(object.tag);
      return value === undefined ? object : { tag: object.tag, value: hex(value) };
    });
  const expiry = expiryOf(profile, personalisation);
  const track = withOwn([
    { tag: '57', value: track2Of(profile.pan, expiry) },
    { tag: '5F20', value: NAME },
  ]);
  const data = withOwn(signedObjects(contents, expiry));
  const lists = withOwn([
    { tag: '8C', value: cdol1 },
    ...(cdol2 ? [{ tag: '8D', value: cdol2 }] : []),
    ...(authentication === 'dda' ? [{ tag: '9F49', value: hex('9F3704') }] : []),
  ]);
  const added = [...own].map(([tag, value]) => ({ tag, value: hex(value) }));
  const records: readonly FileRecord[] = [
    { sfi: TRACK_SFI, record: 1, signed: false, objects: track },
    { sfi: DATA_SFI, record: 1, signed: true, objects: data },
    { sfi: DATA_SFI, record: 2, signed: false, objects: [...lists, ...added] },
  ];
  if (authentication === 'none') return ok({ records });
  const { aid, pan, iccRsaKeyPem: iccKeyPem } = profile;
  const staticData = concatBytes(staticDataOf(records), aip);
  const request = { aid, pan, method: authentication, iccKeyPem, ownPinKey, staticData };
  const chain = buildRsaChain(personalisation, request, CHAIN_SFI, 1);
  if (!chain.ok) return chain;
  return ok({ ...chain.value, records: [...records, ...chain.value.records] });
}

function signedObjects(contents: ChipContents, expiry: string): readonly TlvInput[] {
  const { profile, authentication, verificationMethods } = contents;
  return [
    { tag: '5A', value: panBytesOf(profile.pan) },
    { tag: '5F24', value: hex(lastDayOf(expiry)) },
    { tag: '5F25', value: hex('200101') },
    { tag: '5F28', value: hex('0372') },
    { tag: '5F34', value: encodeBcd(profile.panSequenceNumber) },
    { tag: '8E', value: hex(verificationMethods) },
    { tag: '9F07', value: hex('FFC0') },
    { tag: '9F08', value: hex('0002') },
    // The issuer's action codes: default, denial, online.
    { tag: '9F0D', value: hex('FC60AC8000') },
    { tag: '9F0E', value: hex('0010000000') },
    { tag: '9F0F', value: hex('FC68BC9800') },
    { tag: '9F42', value: hex('0978') },
    ...(authentication === 'none' ? [] : [{ tag: '9F4A', value: hex('82') }]),
  ];
}

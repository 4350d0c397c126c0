import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { ok, type Result } from '#kernel/bytes/result.ts';
import type { IssuerRules } from '../issuer-commands.ts';
import {
  expiryOf,
  lastDayOf,
  masterKeyOf,
  type Personalisation,
  panBytesOf,
} from '../personalisation.ts';
import type { KeyFailure } from '../pki/issuer-keys.ts';
import { buildRsaChain } from '../pki/rsa-chain.ts';
import type { RsaKey } from '../pki/rsa-key.ts';
import type { QvsdcProfile } from '../profile-applications.ts';
import { type FileRecord, staticDataOf } from '../records.ts';
import type { ApplicationState } from '../state.ts';
import type { CryptogramType } from './qvsdc-decision.ts';

/** What a transaction's AIP and records are, and the key that signs where one does. */
export interface QvsdcData {
  readonly aip: Uint8Array;
  readonly records: readonly FileRecord[];
  readonly icc?: RsaKey;
}

/** DDA is supported: EMV 4.4 Book 3, annex C1. */
const AIP_FDDA = hex('2000');
const AIP_ONLINE = hex('0000');
const ONLINE_SFI = 1;
const SIGNED_SFI = 2;
/** What a card shows that keeps its holder's name to itself (ISO 7813). */
const NAME = encodeAscii(' /');

/** The records of a transaction, with the certificates where the reader is to authenticate. */
export function buildQvsdcData(
  profile: QvsdcProfile,
  personalisation: Personalisation,
  isAuthenticated: boolean,
): Result<QvsdcData, KeyFailure> {
  const expiry = { tag: '5F24', value: hex(lastDayOf(expiryOf(profile, personalisation))) };
  const own = Object.entries(profile.data).map(([tag, value]) => ({ tag, value: hex(value) }));
  const aip = profile.offlineAuthentication === 'fdda' ? AIP_FDDA : AIP_ONLINE;
  if (!isAuthenticated) {
    const objects = [expiry, { tag: '5F20', value: NAME }, ...own];
    return ok({ aip, records: [{ sfi: ONLINE_SFI, record: 1, signed: false, objects }] });
  }
  const objects = [
    { tag: '5A', value: panBytesOf(profile.pan) },
    expiry,
    { tag: '9F07', value: hex('FFC0') },
    { tag: '9F4A', value: hex('82') },
    ...own,
  ];
  const signed = { sfi: SIGNED_SFI, record: 1, signed: true, objects };
  const { aid, pan, iccRsaKeyPem: iccKeyPem } = profile;
  const staticData = concatBytes(staticDataOf([signed]), aip);
  const request = { aid, pan, method: 'dda', iccKeyPem, staticData } as const;
  const chain = buildRsaChain(personalisation, request, SIGNED_SFI, 2);
  if (!chain.ok) return chain;
  const { records, icc } = chain.value;
  return ok({ aip, records: [signed, ...records], ...(icc && { icc }) });
}

/**
 * Issuer application data: length 6, key index 1, the cryptogram's version, the card verification
 * results. Of these no specification is public; recorded cards have them.
 */
export function issuerApplicationData(
  { cryptogramVersion }: QvsdcProfile,
  { issuerAuthenticationFailed }: ApplicationState,
  type: CryptogramType,
): Uint8Array {
  // The second cryptogram is not asked for; the first is 00 AAC, 01 TC, 10 ARQC.
  const given = 0x80 | { aac: 0x00, tc: 0x10, arqc: 0x20 }[type];
  const history = issuerAuthenticationFailed ? 0x08 : 0x00;
  return Uint8Array.of(0x06, 0x01, cryptogramVersion, 0x03, given, history, 0x00);
}

/** By what an application trusts its issuer. */
export function qvsdcIssuerRules(profile: QvsdcProfile): IssuerRules {
  const { scriptMacKeyHex, cryptogramVersion, arpcMethod } = profile;
  return {
    masterKey: masterKeyOf(profile),
    isDirect: cryptogramVersion !== 18,
    arpcMethod,
    scriptMacKey: scriptMacKeyHex === undefined ? undefined : hex(scriptMacKeyHex),
    pinTries: 0,
    // The most that one payment may be, and all of them, without the issuer.
    changeable: profile.offline ? { '9F78': 6, '9F54': 6 } : {},
  };
}

import { hex } from '#kernel/bytes/hex.ts';
import { ok, type Result } from '#kernel/bytes/result.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { buildChipRecords } from '../chip/chip-records.ts';
import { DataObjectList } from '../data-object-list.ts';
import type { IssuerRules } from '../issuer-commands.ts';
import { masterKeyOf, openState, type Personalisation } from '../personalisation.ts';
import { hashStaticData } from '../pki/ec-certificates.ts';
import { buildEcChain } from '../pki/ec-chain.ts';
import type { EcKey } from '../pki/ec-key.ts';
import type { KeyFailure } from '../pki/issuer-keys.ts';
import type { RsaKey } from '../pki/rsa-key.ts';
import type { ContactProfile } from '../profile-applications.ts';
import { type FileRecord, staticDataOf } from '../records.ts';
import type { StateStore } from '../state.ts';

/** A contact application as it left personalisation. */
export interface ContactCard {
  readonly profile: ContactProfile;
  readonly personalisation: Personalisation;
  readonly aip: Uint8Array;
  readonly pdol: DataObjectList;
  readonly records: readonly FileRecord[];
  /** The key that authenticates it; absent where none does. */
  readonly icc?: RsaKey;
  /** The key on P-256 that authenticates it by XDA; absent otherwise. */
  readonly extended?: EcKey;
  /** The key that PINs are enciphered for; absent where there is none. */
  readonly pinKey?: RsaKey;
  readonly rules: IssuerRules;
  readonly store: StateStore;
}

/** What the first cryptogram is asked for with. EMV 4.4 Book 3, 9.2. */
export const CDOL1 = new DataObjectList(
  '9F02069F03069F1A0295055F2A029A039C019F37049F35019F45029F4C089F3403',
);
/** What the last cryptogram is asked for with. */
export const CDOL2 = new DataObjectList('8A029F02069F03069F1A0295055F2A029A039C019F3704');

/** The format of the log's entries (9F4F), and the file they are in. */
export const LOG_FORMAT = hex('9F02069F27019F36029A039C015F2A02');
export const LOG_SFI = 11;

/** Personalises a contact application: its records are certified here. */
export function personaliseContact(
  profile: ContactProfile,
  personalisation: Personalisation,
): Result<ContactCard, KeyFailure> {
  const { authentication, pin } = profile;
  const aip = hex(AIP[authentication]);
  const chain = buildChipRecords(personalisation, {
    profile,
    aip,
    authentication: RSA_RECORDS[authentication],
    ownPinKey: profile.ownPinKey,
    verificationMethods: verificationMethodsOf(profile),
    cdol1: CDOL1.bytes,
    cdol2: CDOL2.bytes,
  });
  if (!chain.ok) return chain;
  const { icc, pin: ownPinKey } = chain.value;
  const extended = certifyExtended(profile, personalisation, aip, chain.value.records);
  if (!extended.ok) return extended;
  const pinKey = ownPinKey ?? icc;
  return ok({
    profile,
    personalisation,
    aip,
    pdol: new DataObjectList(profile.pdol),
    ...extended.value,
    ...(icc && { icc }),
    ...(pinKey && { pinKey }),
    rules: rulesOf(profile),
    store: openState(personalisation, {
      pin: pin ?? '',
      pinTriesLeft: pin === undefined ? 0 : profile.pinTries,
    }),
  });
}

/** Verification of the holder, risk management, issuer authentication. EMV 4.4 Book 3, annex C1. */
const AIP = { none: '1C00', sda: '5C00', dda: '3C00', cda: '3D00', xda: '9C00' } as const;

/** Which certificates are by RSA. */
const RSA_RECORDS = { none: 'none', sda: 'sda', dda: 'dda', cda: 'dda', xda: 'none' } as const;

/** Enciphered or plain offline PIN, online PIN, signature, nothing: each where it is supported. */
const WITH_PIN = '0000000000000000' + '4403410342035E031F03';
/** The same without an enciphered offline PIN, which would want an RSA key. */
const WITH_PLAIN_PIN = '0000000000000000' + '410342035E031F03';
const WITHOUT_PIN = '0000000000000000' + '42035E031F03';

function verificationMethodsOf({ authentication, pin }: ContactProfile): string {
  if (pin === undefined) return WITHOUT_PIN;
  return authentication === 'xda' ? WITH_PLAIN_PIN : WITH_PIN;
}

/** The records with those of XDA, where it is wanted. EMV 4.4 Book 2, 12.4; Book 3, 10.3. */
function certifyExtended(
  { aid, authentication, pan, pdol }: ContactProfile,
  personalisation: Personalisation,
  aip: Uint8Array,
  records: readonly FileRecord[],
): Result<Pick<ContactCard, 'records' | 'extended'>, KeyFailure> {
  if (authentication !== 'xda') return ok({ records });
  const icc = personalisation.keys.iccEc(aid);
  if (!icc.ok) return icc;
  const along = encodeTlv([
    { tag: '82', value: aip },
    { tag: '9F06', value: hex(aid) },
    ...(pdol === '' ? [] : [{ tag: '9F38', value: hex(pdol) }]),
  ]);
  const staticDataHash = hashStaticData(staticDataOf(records), along, new Uint8Array(0));
  const request = { pan, icc: icc.value, use: 'signature', staticDataHash } as const;
  const chain = buildEcChain(personalisation, request);
  if (!chain.ok) return chain;
  return ok({ records: [...records, ...chain.value], extended: icc.value });
}

function rulesOf(profile: ContactProfile): IssuerRules {
  const { scriptMacKeyHex, scriptCipherKeyHex, cryptogramVersion, arpcMethod } = profile;
  return {
    masterKey: masterKeyOf(profile),
    isDirect: cryptogramVersion === 10,
    arpcMethod,
    scriptMacKey: scriptMacKeyHex === undefined ? undefined : hex(scriptMacKeyHex),
    scriptCipherKey: scriptCipherKeyHex === undefined ? undefined : hex(scriptCipherKeyHex),
    pinTries: profile.pinTries,
    // The consecutive offline limits.
    changeable: { '9F14': 1, '9F23': 1 },
  };
}

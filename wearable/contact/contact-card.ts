import { hex } from '#kernel/bytes/hex.ts';
import { ok, type Result } from '#kernel/bytes/result.ts';
import { buildChipRecords } from '../chip/chip-records.ts';
import { DataObjectList } from '../data-object-list.ts';
import type { IssuerRules } from '../issuer-commands.ts';
import { masterKeyOf, openState, type Personalisation } from '../personalisation.ts';
import type { KeyFailure } from '../pki/issuer-keys.ts';
import type { RsaKey } from '../pki/rsa-key.ts';
import type { ContactProfile } from '../profile-applications.ts';
import type { FileRecord } from '../records.ts';
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
    authentication: authentication === 'cda' ? 'dda' : authentication,
    ownPinKey: profile.ownPinKey,
    verificationMethods: pin === undefined ? WITHOUT_PIN : WITH_PIN,
    cdol1: CDOL1.bytes,
    cdol2: CDOL2.bytes,
  });
  if (!chain.ok) return chain;
  const { records, icc, pin: ownPinKey } = chain.value;
  const pinKey = ownPinKey ?? icc;
  return ok({
    profile,
    personalisation,
    aip,
    pdol: new DataObjectList(profile.pdol),
    records,
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
const AIP = { none: '1C00', sda: '5C00', dda: '3C00', cda: '3D00' } as const;

/** Enciphered or plain offline PIN, online PIN, signature, nothing: each where it is supported. */
const WITH_PIN = '0000000000000000' + '4403410342035E031F03';
const WITHOUT_PIN = '0000000000000000' + '42035E031F03';

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

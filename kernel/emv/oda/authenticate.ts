import type { Result } from '../../bytes/result.ts';
import type { CardData } from './certified-key.ts';
import { type CombinedTransaction, verifyCombinedSignature } from './combined-signature.ts';
import { verifyDynamicSignature } from './dynamic-signature.ts';
import type { OdaFault } from './fault.ts';
import { recoverIccKey } from './icc-certificate.ts';
import { recoverIssuerKey, type TrustedKeys } from './issuer-certificate.ts';
import { checkTagList } from './static-data.ts';
import { verifyStaticSignature } from './static-signature.ts';

/** How to authenticate, with what only that way needs; fdda is DDA over C-3's terminal data. */
export type OdaMethod =
  | { readonly name: 'sda' }
  | { readonly name: 'dda' | 'fdda'; readonly terminalData: Uint8Array }
  | ({ readonly name: 'cda' } & CombinedTransaction);

/** Proved, with what was learned on the way; or not, with the reason and the bits it sets. */
export type OdaOutcome =
  | {
      readonly verified: true;
      readonly issuerModulus: Uint8Array;
      readonly iccModulus?: Uint8Array;
      /** 9F4C */
      readonly iccDynamicNumber?: Uint8Array;
      /** 9F45 */
      readonly dataAuthenticationCode?: Uint8Array;
      /** 9F26, which with CDA only the signature holds. */
      readonly applicationCryptogram?: Uint8Array;
    }
  | { readonly verified: false; readonly fault: OdaFault; readonly tvr: Uint8Array };

type Verified = Extract<OdaOutcome, { verified: true }>;

/**
 * Offline data authentication from the CA public key down to the card's signature. `staticData` is
 * what staticDataToAuthenticate gives. A kernel that learns the data in steps calls the steps.
 * Source: EMV 4.4 Book 2, 5 and 6; Book 3, 10.3.
 */
export function authenticate(
  trusted: TrustedKeys,
  card: CardData,
  staticData: Uint8Array,
  method: OdaMethod,
): OdaOutcome {
  const result = verify(trusted, card, staticData, method);
  if (result.ok) return result.value;
  return { verified: false, fault: result.error, tvr: tvrOf(method.name, result.error) };
}

const FAILED = { sda: 0x40, dda: 0x08, fdda: 0x08, cda: 0x04 } as const;
const ICC_DATA_MISSING = 0x20;
/** What a card without the object has left out; a signature that is not there is only wrong. */
const REQUIRED: readonly string[] = ['8F', '90', '92', '93', '9F32', '9F46', '9F47', '9F48'];

/**
 * The terminal verification results that a failure sets, 5 bytes: SDA, DDA or CDA failed, and with
 * it ICC data missing where the card left out what the method needs. Source: EMV 4.4 Book 3, 7.5,
 * table 35, 10.3 and C5.
 */
export function tvrOf(method: OdaMethod['name'], { kind, path }: OdaFault): Uint8Array {
  const missing = kind === 'data-missing' && REQUIRED.includes(path) ? ICC_DATA_MISSING : 0;
  return Uint8Array.of(FAILED[method] | missing, 0, 0, 0, 0);
}

function verify(
  trusted: TrustedKeys,
  card: CardData,
  staticData: Uint8Array,
  method: OdaMethod,
): Result<Verified, OdaFault> {
  const { rsa } = trusted;
  const list = checkTagList(card.get('9F4A'));
  if (!list.ok) return list;
  const issuerKey = recoverIssuerKey(trusted, card);
  if (!issuerKey.ok) return issuerKey;
  const issuerModulus = issuerKey.value.modulus;
  if (method.name === 'sda') {
    const code = verifyStaticSignature(rsa, issuerKey.value, card, staticData);
    return verified(code, (dataAuthenticationCode) => ({ issuerModulus, dataAuthenticationCode }));
  }
  const iccKey = recoverIccKey(trusted, issuerKey.value, card, staticData);
  if (!iccKey.ok) return iccKey;
  const iccModulus = iccKey.value.modulus;
  if (method.name === 'cda') {
    const combined = verifyCombinedSignature(rsa, iccKey.value, card, method);
    return verified(combined, ({ iccDynamicNumber, applicationCryptogram }) => ({
      issuerModulus,
      iccModulus,
      iccDynamicNumber,
      applicationCryptogram,
    }));
  }
  const dynamic = verifyDynamicSignature(rsa, iccKey.value, card, method.terminalData);
  return verified(dynamic, ({ iccDynamicNumber }) => ({
    issuerModulus,
    iccModulus,
    iccDynamicNumber,
  }));
}

function verified<T>(
  result: Result<T, OdaFault>,
  learned: (value: T) => Omit<Verified, 'verified'>,
): Result<Verified, OdaFault> {
  return result.ok ? { ok: true, value: { verified: true, ...learned(result.value) } } : result;
}

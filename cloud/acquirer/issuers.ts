import { encodeBcd } from '#kernel/bytes/bcd.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { verifyApplicationCryptogram } from '#kernel/keys/application-cryptogram.ts';
import { computeArpcMethod1 } from '#kernel/keys/cryptogram.ts';
import { findCryptogramVersion } from '#kernel/keys/cryptogram-versions.ts';
import { deriveMasterKeyOptionA } from '#kernel/keys/emv-master-key.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import type { IccData } from './icc-data.ts';

/** An issuer whose cards are answered for here. */
export interface Issuer {
  /** The first digits of its PANs. */
  readonly bin: string;
  /** For application cryptograms; 16 bytes. */
  readonly masterKey: SecretKey;
  /** Cryptogram versions its cards use, for example `CVN 18`. */
  readonly cryptogramVersions: readonly string[];
}

/** What checking a cryptogram came to. */
export type CryptogramCheck =
  | {
      readonly genuine: true;
      /** Tag 91 that lets the card check the answer: ARPC (8 bytes) and response code (2). */
      readonly issuerAuthenticationData: (responseCode: string) => Uint8Array;
    }
  | { readonly genuine: false };

/**
 * The scheme test card of a published recording, for development. Source of the key:
 * github:MohamedHassanNasr/emv (BSD-style licence), the exchange `mock/mock-visa-online.json`: it
 * reproduces the cryptogram. It is a test key that anybody may know.
 */
export const PUBLISHED_TEST_ISSUER: Issuer = {
  bin: '476173',
  masterKey: new SecretKey(hex('2315208C9110AD402315208C9110AD40')),
  cryptogramVersions: ['CVN 10'],
};

/** The issuer simulator's own cards. */
export function ownIssuer(masterKey: SecretKey): Issuer {
  return { bin: '999999', masterKey, cryptogramVersions: ['CVN 18'] };
}

/** The issuer of a PAN; `undefined` when it is none of ours. */
export function findIssuer(issuers: readonly Issuer[], pan: string): Issuer | undefined {
  return issuers.find((issuer) => pan.startsWith(issuer.bin));
}

/**
 * Verifies an ARQC, or the TC of what the card approved by itself. The issuer application data says
 * which cryptogram version made it, which must be one that the issuer's cards use. Source: EMV 4.4
 * Book 2, 8.1.
 */
export function checkCryptogram(
  issuer: Issuer,
  card: { readonly pan: string; readonly panSequenceNumber: string },
  icc: IccData,
  wanted: keyof typeof CRYPTOGRAM_TYPES = 'arqc',
): CryptogramCheck {
  const version = findCryptogramVersion('visa', icc.issuerApplicationData);
  const isUsed = version && issuer.cryptogramVersions.includes(version.name);
  if (!isUsed || (icc.cryptogramInformation & 0xc0) !== CRYPTOGRAM_TYPES[wanted]) {
    return { genuine: false };
  }
  const pan = parsePan(card.pan);
  if (!pan.ok) return { genuine: false };
  const masterKey = deriveMasterKeyOptionA(issuer.masterKey, pan.value, card.panSequenceNumber);
  if (!masterKey.ok) return { genuine: false };
  const key = verifyApplicationCryptogram(version, masterKey.value, (tag) => signedValue(icc, tag));
  if (!key.ok) return { genuine: false };
  return {
    genuine: true,
    issuerAuthenticationData(responseCode) {
      const arc = new TextEncoder().encode(responseCode);
      const arpc = expectOk(computeArpcMethod1('tdes', key.value, icc.cryptogram, arc));
      return concatBytes(arpc, arc);
    },
  };
}

/** Bits 8-7 of the CID: a request for the issuer, or what was approved without. Book 3, 6.5.5.4. */
const CRYPTOGRAM_TYPES = { arqc: 0x80, tc: 0x40 } as const;

/** What a card may have signed, by tag. */
function signedValue(icc: IccData, tag: string): Uint8Array | undefined {
  const values: Readonly<Record<string, Uint8Array>> = {
    '9F26': icc.cryptogram,
    '9F10': icc.issuerApplicationData,
    '9F37': icc.unpredictableNumber,
    '9F36': icc.transactionCounter,
    '95': icc.terminalVerificationResults,
    '9A': encodeBcd(icc.date),
    '9C': encodeBcd(icc.transactionType),
    '9F02': icc.amount,
    '9F03': icc.amountOther,
    '5F2A': icc.currency,
    '82': icc.interchangeProfile,
    '9F1A': icc.terminalCountry,
  };
  return values[tag];
}

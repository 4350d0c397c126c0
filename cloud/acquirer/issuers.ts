import { encodeBcd } from '#kernel/bytes/bcd.ts';
import { concatBytes, equalBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { computeArpcMethod1, computeCryptogram } from '#kernel/keys/cryptogram.ts';
import { deriveCommonSessionKey, deriveIccMasterKey } from '#kernel/keys/emv-session-keys.ts';
import type { IccData } from './icc-data.ts';

/** An issuer whose cards are answered for here. */
export interface Issuer {
  /** The first digits of its PANs. */
  readonly bin: string;
  /** For application cryptograms; 16 bytes. */
  readonly masterKey: Uint8Array;
  /** Cryptogram versions its cards use: the third byte of their issuer application data. */
  readonly cryptogramVersions: readonly CryptogramVersion[];
}

/** 10 and 18, decimal, are 0A and 12 in the issuer application data. */
export type CryptogramVersion = 10 | 18;

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
  masterKey: hex('2315208C9110AD402315208C9110AD40'),
  cryptogramVersions: [10],
};

/** The issuer simulator's own cards. */
export function ownIssuer(masterKey: Uint8Array): Issuer {
  return { bin: '999999', masterKey, cryptogramVersions: [18] };
}

/** The issuer of a PAN; `undefined` when it is none of ours. */
export function findIssuer(issuers: readonly Issuer[], pan: string): Issuer | undefined {
  return issuers.find((issuer) => pan.startsWith(issuer.bin));
}

/**
 * Verifies an ARQC. Cryptogram version 18 uses the common session key, padding 2 and the whole
 * issuer application data; version 10 the card's master key, padding 1 and its card verification
 * results. Sources: EMV 4.4 Book 2, 8.1 and A1.3; the version 10 list as in the recording above.
 */
export function checkCryptogram(
  issuer: Issuer,
  card: { readonly pan: string; readonly panSequenceNumber: string },
  icc: IccData,
): CryptogramCheck {
  const version = issuer.cryptogramVersions.find((each) => each === icc.issuerApplicationData[2]);
  // Only a request for authorisation online is one: bits 8-7 of the CID are 10 (Book 3, 6.5.5.4).
  if (version === undefined || (icc.cryptogramInformation & 0xc0) !== 0x80) {
    return { genuine: false };
  }
  const masterKey = deriveIccMasterKey(issuer.masterKey, card.pan, card.panSequenceNumber);
  const { key, issuerPart, padding } = PROFILES[version](masterKey, icc);
  const expected = computeCryptogram(key, concatBytes(commonPart(icc), issuerPart), padding);
  if (!equalBytes(expected, icc.cryptogram)) return { genuine: false };
  return {
    genuine: true,
    issuerAuthenticationData(responseCode) {
      const arc = new TextEncoder().encode(responseCode);
      return concatBytes(computeArpcMethod1(key, icc.cryptogram, arc), arc);
    },
  };
}

interface Profile {
  readonly key: Uint8Array;
  readonly issuerPart: Uint8Array;
  readonly padding: 1 | 2;
}

const PROFILES: Readonly<
  Record<CryptogramVersion, (masterKey: Uint8Array, icc: IccData) => Profile>
> = {
  10: (masterKey, icc) => ({
    key: masterKey,
    issuerPart: icc.issuerApplicationData.subarray(3, 7),
    padding: 1,
  }),
  18: (masterKey, icc) => ({
    key: deriveCommonSessionKey(masterKey, icc.transactionCounter),
    issuerPart: icc.issuerApplicationData,
    padding: 2,
  }),
};

function commonPart(icc: IccData): Uint8Array {
  return concatBytes(
    ...[icc.amount, icc.amountOther, icc.terminalCountry, icc.terminalVerificationResults],
    ...[icc.currency, encodeBcd(icc.date), encodeBcd(icc.transactionType)],
    ...[icc.unpredictableNumber, icc.interchangeProfile, icc.transactionCounter],
  );
}

import { encodeBcd } from '#kernel/bytes/bcd.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { verifyApplicationCryptogram } from '#kernel/keys/application-cryptogram.ts';
import { computeArpcMethod1, computeArpcMethod2 } from '#kernel/keys/cryptogram.ts';
import { type CryptogramVersion, findCryptogramVersion } from '#kernel/keys/cryptogram-versions.ts';
import {
  deriveMasterKeyOptionA,
  deriveMasterKeyOptionB,
  deriveMasterKeyOptionC,
} from '#kernel/keys/emv-master-key.ts';
import { deriveScriptSessionKey, deriveVisaScriptKey } from '#kernel/keys/emv-session-keys.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import { computeScriptMac } from '#kernel/keys/script-messaging.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import type { Secrets } from '../store/secrets.ts';
import type { IccData } from './icc-data.ts';

/** An issuer whose cards are answered for here. */
export interface Issuer {
  /** The first digits of its PANs. */
  readonly bin: string;
  readonly scheme: CryptogramVersion['scheme'];
  /** For application cryptograms: TDES, 16 bytes; AES with option C, 16, 24 or 32. */
  readonly masterKey: SecretKey;
  /** How a card's keys are made of the issuer's. EMV 4.4 Book 2, A1.4. */
  readonly masterKeyOption: 'A' | 'B' | 'C';
  /** For issuer scripts, TDES, 16 bytes; without it, or with AES, none are sent. */
  readonly scriptMasterKey?: SecretKey;
  /** The pair of PIN verification keys, 16 bytes; without it no PIN is verified. */
  readonly pinVerificationKey?: SecretKey;
  /** Cryptogram versions its cards use, for example `CVN 18`. */
  readonly cryptogramVersions: readonly string[];
}

/** What checking a cryptogram came to. */
export type CryptogramCheck =
  | {
      readonly genuine: true;
      /**
       * Tag 91 that lets the card check the answer: by method 1 the ARPC (8 bytes) and the response
       * code (2), by method 2 the ARPC (4) and the card status update (4).
       */
      readonly issuerAuthenticationData: (responseCode: string) => Uint8Array;
      /** Tag 72: a command of header and data with its MAC; `undefined` without keys for it. */
      readonly issuerScript: (command: Uint8Array) => Uint8Array | undefined;
    }
  | { readonly genuine: false };

/**
 * The scheme test card of a published recording, for development. Source of the key:
 * github:MohamedHassanNasr/emv (BSD-style licence), the exchange `mock/mock-visa-online.json`: it
 * reproduces the cryptogram. It is a test key that anybody may know.
 */
export const PUBLISHED_TEST_ISSUER: Issuer = {
  bin: '476173',
  scheme: 'visa',
  masterKeyOption: 'A',
  masterKey: new SecretKey(hex('2315208C9110AD402315208C9110AD40')),
  cryptogramVersions: ['CVN 10'],
};

/** The issuer simulator's own cards. */
export function ownIssuer(
  secrets: Pick<Secrets, 'issuerMasterKey' | 'scriptMasterKey' | 'pinVerificationKey'>,
): Issuer {
  return {
    bin: '999999',
    scheme: 'visa',
    masterKey: secrets.issuerMasterKey,
    masterKeyOption: 'A',
    scriptMasterKey: secrets.scriptMasterKey,
    pinVerificationKey: secrets.pinVerificationKey,
    cryptogramVersions: ['CVN 18'],
  };
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
  const version = findCryptogramVersion(issuer.scheme, icc.issuerApplicationData);
  const isUsed = version && issuer.cryptogramVersions.includes(version.name);
  if (!isUsed || (icc.cryptogramInformation & 0xc0) !== CRYPTOGRAM_TYPES[wanted]) {
    return { genuine: false };
  }
  const pan = parsePan(card.pan);
  if (!pan.ok) return { genuine: false };
  const derive = MASTER_KEY_OPTIONS[issuer.masterKeyOption];
  const masterKey = derive(issuer.masterKey, pan.value, card.panSequenceNumber);
  if (!masterKey.ok) return { genuine: false };
  const key = verifyApplicationCryptogram(version, masterKey.value, (tag) => signedValue(icc, tag));
  if (!key.ok) return { genuine: false };
  return {
    genuine: true,
    issuerAuthenticationData(responseCode) {
      return authenticationData(version, key.value, icc.cryptogram, responseCode);
    },
    issuerScript(command) {
      if (!issuer.scriptMasterKey) return undefined;
      const scriptKey = derive(issuer.scriptMasterKey, pan.value, card.panSequenceNumber);
      return scriptKey.ok ? sealScript(version, scriptKey.value, icc, command) : undefined;
    },
  };
}

/** Bits 8-7 of the CID: a request for the issuer, or what was approved without. Book 3, 6.5.5.4. */
const CRYPTOGRAM_TYPES = { arqc: 0x80, tc: 0x40 } as const;

const MASTER_KEY_OPTIONS = {
  A: deriveMasterKeyOptionA,
  B: deriveMasterKeyOptionB,
  C: deriveMasterKeyOptionC,
} as const;

/** What proves to the card that its issuer answered, by the method of its cryptogram version. */
function authenticationData(
  version: CryptogramVersion,
  key: SecretKey,
  arqc: Uint8Array,
  responseCode: string,
): Uint8Array {
  const { algorithm } = version;
  if (version.arpcMethod === 1) {
    const arc = new TextEncoder().encode(responseCode);
    return concatBytes(expectOk(computeArpcMethod1(algorithm, key, arqc, arc)), arc);
  }
  // Bit 8 of the second byte: the issuer approves. EMV 4.4 Book 3, annex C10.
  const csu = Uint8Array.of(0, isApproved(responseCode) ? 0x80 : 0, 0, 0);
  const arpc = computeArpcMethod2(algorithm, key, arqc, csu, new Uint8Array(0));
  return concatBytes(expectOk(arpc), csu);
}

/** In full or in part. ISO 8583:1987, annex A. */
function isApproved(responseCode: string): boolean {
  return responseCode === '00' || responseCode === '10';
}

/** Tag 72 with one command (86) and its MAC of 8 bytes, which the length in its header counts. */
function sealScript(
  version: CryptogramVersion,
  masterKey: SecretKey,
  icc: IccData,
  command: Uint8Array,
): Uint8Array | undefined {
  if (version.algorithm === 'aes') return undefined;
  const { transactionCounter: atc, cryptogram } = icc;
  const key =
    version.sessionKey === 'none'
      ? deriveVisaScriptKey(masterKey, atc)
      : deriveScriptSessionKey(masterKey, cryptogram);
  if (!key.ok) return undefined;
  const [header, data] = [command.subarray(0, 5), command.subarray(5)];
  const transaction = { atc, cryptogram };
  const mac = computeScriptMac(key.value, { header, transaction, data }, SCRIPT_MAC_BYTES);
  if (!mac.ok) return undefined;
  const sealed = { tag: '86', value: concatBytes(command, mac.value) };
  return encodeTlv([{ tag: '72', value: encodeTlv([sealed]) }]);
}

const SCRIPT_MAC_BYTES = 8;

/** What a card may have signed, by tag; `undefined` for what no cryptogram version signs. */
export function signedValue(icc: IccData, tag: string): Uint8Array | undefined {
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

import { createHash } from 'node:crypto';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { signDamaged } from '../defects.ts';
import type { Personalisation } from '../personalisation.ts';
import type { EcKey } from '../pki/ec-key.ts';
import type { RsaKey } from '../pki/rsa-key.ts';

/** What a card answers GENERATE AC with. EMV 4.4 Book 3, 6.5.5.4. */
export interface CryptogramAnswer {
  /** Cryptogram information data (9F27). */
  readonly information: number;
  /** 2 bytes. */
  readonly atc: Uint8Array;
  /** 8 bytes. */
  readonly cryptogram: Uint8Array;
  readonly issuerApplicationData: Uint8Array;
}

/** What a combined signature is made over beside the answer. EMV 4.4 Book 2, 6.6.1. */
export interface CombinedSignature {
  readonly icc: RsaKey;
  /** What the terminal sent: the values of the PDOL, then of the CDOLs. */
  readonly transactionData: Uint8Array;
  /** 4 bytes. */
  readonly unpredictableNumber: Uint8Array;
  /** What a relay resistance exchange adds: EMV Contactless Book C-2, no text public. */
  readonly relayData: Uint8Array;
}

const DYNAMIC_NUMBER_BYTES = 8;
const EXTENDED_FORMAT = 0x15;

/** The answer in the clear: format 1 (80) without tags, or 2 (77) with them. */
export function encodeAnswer(format: 1 | 2, answer: CryptogramAnswer): Uint8Array {
  const { information, atc, cryptogram, issuerApplicationData } = answer;
  if (format === 1) {
    const value = concatBytes(Uint8Array.of(information), atc, cryptogram, issuerApplicationData);
    return encodeTlv([{ tag: '80', value }]);
  }
  const children = [
    { tag: '9F27', value: Uint8Array.of(information) },
    { tag: '9F36', value: atc },
    { tag: '9F26', value: cryptogram },
    { tag: '9F10', value: issuerApplicationData },
  ];
  return encodeTlv([{ tag: '77', children }]);
}

/** The answer of CDA: the cryptogram within the signature. EMV 4.4 Book 2, tables 18 to 20. */
export function encodeSignedAnswer(
  personalisation: Personalisation,
  answer: CryptogramAnswer,
  signature: CombinedSignature,
): Uint8Array {
  const { information, atc, cryptogram, issuerApplicationData } = answer;
  const before = [
    { tag: '9F27', value: Uint8Array.of(information) },
    { tag: '9F36', value: atc },
  ];
  const after = [{ tag: '9F10', value: issuerApplicationData }];
  const hashed = concatBytes(signature.transactionData, encodeTlv([...before, ...after]));
  const dynamicData = concatBytes(
    Uint8Array.of(DYNAMIC_NUMBER_BYTES),
    personalisation.random(DYNAMIC_NUMBER_BYTES),
    Uint8Array.of(information),
    cryptogram,
    new Uint8Array(createHash('sha1').update(hashed).digest()),
    signature.relayData,
  );
  const { icc, unpredictableNumber } = signature;
  const value = signDamaged(personalisation, icc, dynamicData, unpredictableNumber);
  return encodeTlv([{ tag: '77', children: [...before, { tag: '9F4B', value }, ...after] }]);
}

/**
 * The answer of XDA: the signature over `sent` (the values of PDOL and CDOL1, or of CDOL2) and all
 * of the answer. EMV 4.4 Book 2, 12.5.2 and tables 37 to 39.
 */
export function encodeExtendedAnswer(
  { defects }: Personalisation,
  { information, atc, cryptogram, issuerApplicationData }: CryptogramAnswer,
  icc: EcKey,
  sent: Uint8Array,
): Uint8Array {
  const objects = [
    { tag: '9F27', value: Uint8Array.of(information) },
    { tag: '9F36', value: atc },
    { tag: '9F26', value: cryptogram },
    { tag: '9F10', value: issuerApplicationData },
  ];
  const format = Uint8Array.of(EXTENDED_FORMAT);
  const signature = icc.sign(concatBytes(format, sent, encodeTlv(objects)));
  if (defects.wrongSignature) signature[0] = (signature[0] ?? 0) ^ 0x01;
  const signed = { tag: '9F4B', value: concatBytes(format, signature) };
  return encodeTlv([{ tag: '77', children: [...objects, signed] }]);
}

/** The answer to INTERNAL AUTHENTICATE: DDA. EMV 4.4 Book 2, 6.5.1; Book 3, 6.5.9. */
export function encodeDynamicAnswer(
  personalisation: Personalisation,
  icc: RsaKey,
  format: 1 | 2,
  terminalData: Uint8Array,
): Uint8Array {
  const number = personalisation.random(DYNAMIC_NUMBER_BYTES);
  const dynamicData = concatBytes(Uint8Array.of(DYNAMIC_NUMBER_BYTES), number);
  const value = signDamaged(personalisation, icc, dynamicData, terminalData);
  if (format === 1) return encodeTlv([{ tag: '80', value }]);
  return encodeTlv([{ tag: '77', children: [{ tag: '9F4B', value }] }]);
}

/** A reference control parameter (P1) taken apart; undefined for one that is not served. */
export function parseReferenceControl(p1: number): ReferenceControl | undefined {
  if ((p1 & 0x27) !== 0) return undefined;
  const requested = (['aac', 'tc', 'arqc', undefined] as const)[p1 >> 6];
  const signature = (['none', 'xda', 'cda', undefined] as const)[(p1 >> 3) & 3];
  return requested && signature && { requested, signature };
}

/** What is asked for, and signed how. Source: EMV 4.4 Book 3, table 12. */
export interface ReferenceControl {
  readonly requested: 'aac' | 'tc' | 'arqc';
  readonly signature: 'none' | 'cda' | 'xda';
}

/** The cryptogram information data of a type. */
export const INFORMATION = { aac: 0x00, tc: 0x40, arqc: 0x80 } as const;

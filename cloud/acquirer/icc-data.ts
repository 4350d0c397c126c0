import { decodeBcd } from '#kernel/bytes/bcd.ts';
import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { decodeTlv, type TlvErrorKind } from '#kernel/tlv/ber.ts';

/** What the issuer needs of DE 55, each of its fixed length. */
export interface IccData {
  /** 9F26, 8 bytes. */
  readonly cryptogram: Uint8Array;
  /** 9F27. */
  readonly cryptogramInformation: number;
  /** 9F10, 7 to 32 bytes. */
  readonly issuerApplicationData: Uint8Array;
  /** 9F37, 4 bytes. */
  readonly unpredictableNumber: Uint8Array;
  /** 9F36, 2 bytes. */
  readonly transactionCounter: Uint8Array;
  /** 95, 5 bytes. */
  readonly terminalVerificationResults: Uint8Array;
  /** 9A, YYMMDD. */
  readonly date: string;
  /** 9C, two digits. */
  readonly transactionType: string;
  /** 9F02 as it was signed, 6 bytes of BCD. */
  readonly amount: Uint8Array;
  /** 9F03, 6 bytes of BCD. */
  readonly amountOther: Uint8Array;
  /** 5F2A, 2 bytes of BCD. */
  readonly currency: Uint8Array;
  /** 82, 2 bytes. */
  readonly interchangeProfile: Uint8Array;
  /** 9F1A, 2 bytes of BCD. */
  readonly terminalCountry: Uint8Array;
}

type IccErrorKind = TlvErrorKind | 'missing-tag' | 'repeated-tag' | 'bad-length' | 'bad-digit';

/** Tag, and how many bytes at least and at most. Source: EMV 4.4 Book 3, Annex A. */
const OBJECTS = {
  cryptogram: ['9F26', 8, 8],
  cryptogramInformation: ['9F27', 1, 1],
  issuerApplicationData: ['9F10', 7, 32],
  unpredictableNumber: ['9F37', 4, 4],
  transactionCounter: ['9F36', 2, 2],
  terminalVerificationResults: ['95', 5, 5],
  date: ['9A', 3, 3],
  transactionType: ['9C', 1, 1],
  amount: ['9F02', 6, 6],
  amountOther: ['9F03', 6, 6],
  currency: ['5F2A', 2, 2],
  interchangeProfile: ['82', 2, 2],
  terminalCountry: ['9F1A', 2, 2],
} as const;

type ObjectName = keyof typeof OBJECTS;

/** Decodes DE 55. Everything else that is in it is passed over. */
export function decodeIccData(bytes: Uint8Array): Result<IccData, Malformed<IccErrorKind>> {
  const decoded = decodeTlv(bytes);
  if (!decoded.ok) return decoded;
  const values = new Map<string, Uint8Array>();
  for (const { tag, value } of decoded.value) {
    // Which of two would be signed, and which booked, must not be a question.
    if (values.has(tag)) return malformed('repeated-tag', `55.${tag}`, 0);
    values.set(tag, value);
  }
  const found: Partial<Record<ObjectName, Uint8Array>> = {};
  for (const name of Object.keys(OBJECTS) as ObjectName[]) {
    const [tag, least, most] = OBJECTS[name];
    const value = values.get(tag);
    if (!value) return malformed('missing-tag', `55.${tag}`, 0);
    if (value.length < least || value.length > most) return malformed('bad-length', `55.${tag}`, 0);
    found[name] = value;
  }
  const raw = found as Record<ObjectName, Uint8Array>;
  const date = decodeBcd(raw.date);
  const transactionType = decodeBcd(raw.transactionType);
  if (!date.ok) return malformed('bad-digit', '55.9A', 0);
  if (!transactionType.ok) return malformed('bad-digit', '55.9C', 0);
  return ok({
    ...raw,
    cryptogramInformation: raw.cryptogramInformation[0] ?? 0,
    date: date.value,
    transactionType: transactionType.value,
  });
}

import { decodeBcd } from '../bytes/bcd.ts';
import { encodeHex } from '../bytes/hex.ts';
import type { OutcomeCvm, TagStore } from '../emv/contactless/outcome.ts';
import { parseTrack2 } from '../emv/track2.ts';
import { encodeTlv } from '../tlv/ber.ts';

/** What the kernel asks the issuer: everything of an 0100 that comes from the card and the sale. */
export interface AuthorisationRequest {
  readonly pan: string;
  /** YYMM */
  readonly expiry: string;
  /** Tag 5F34, two digits. */
  readonly panSequenceNumber?: string;
  /** Tag 57, as digits with `D` for the separator. */
  readonly track2: string;
  readonly amountMinor: bigint;
  /** ISO 4217 numeric, three digits. */
  readonly currency: string;
  /** Tag 9C, two digits. */
  readonly transactionType: string;
  /** DE 22: 071 is contactless chip. */
  readonly posEntryMode: '071';
  /** DE 55, BER-TLV. */
  readonly iccData: Uint8Array;
  /** DE 52, where an online PIN was entered. */
  readonly pinBlock?: Uint8Array;
  readonly cardholderVerification: Exclude<OutcomeCvm, 'n/a'>;
  /** Tag 84, hex. */
  readonly aid: string;
  readonly applicationLabel: string;
}

/** What the request takes from the sale. */
export interface AuthorisationSale {
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly transactionType: string;
}

/**
 * The data objects of DE 55, in this order, those that are there. The PAN and track 2 have data
 * elements of their own. Source: Book C-3, annex on the data record of an online request.
 */
const ICC_DATA_TAGS = [
  '9F26',
  '9F27',
  '9F10',
  '9F37',
  '9F36',
  '95',
  '9A',
  '9C',
  '9F02',
  '5F2A',
  '82',
  '9F1A',
  '9F03',
  '9F33',
  '9F35',
  '84',
  '9F6C',
  '9F6E',
  '9F7C',
  '5F34',
] as const;

/**
 * Builds the request from the data of an online outcome. `undefined` when the track 2 data or the
 * PAN sequence number is not what it must be.
 */
export function buildAuthorisationRequest(
  data: TagStore,
  sale: AuthorisationSale,
  verification: {
    readonly cvm: Exclude<OutcomeCvm, 'n/a'>;
    readonly pinBlock: Uint8Array | undefined;
  },
  applicationLabel: string,
): AuthorisationRequest | undefined {
  const track2 = parseTrack2(data.get('57') ?? new Uint8Array(0));
  const sequence = data.get('5F34');
  const panSequenceNumber = sequence && decodeBcd(sequence);
  if (!track2.ok || panSequenceNumber?.ok === false) return undefined;
  const objects = ICC_DATA_TAGS.flatMap((tag) => {
    const value = data.get(tag);
    return value ? [{ tag, value }] : [];
  });
  return {
    pan: track2.value.pan,
    expiry: track2.value.expiry,
    track2: track2.value.digits,
    ...(panSequenceNumber && { panSequenceNumber: panSequenceNumber.value }),
    amountMinor: sale.amountMinor,
    currency: sale.currency,
    transactionType: sale.transactionType,
    posEntryMode: '071',
    iccData: encodeTlv(objects),
    ...(verification.pinBlock && { pinBlock: verification.pinBlock }),
    cardholderVerification: verification.cvm,
    aid: encodeHex(data.get('84') ?? new Uint8Array(0)),
    applicationLabel,
  };
}

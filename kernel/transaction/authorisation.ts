import { decodeBcd } from '../bytes/bcd.ts';
import { encodeHex } from '../bytes/hex.ts';
import type { ContactVerification } from '../emv/contact/contact-verification.ts';
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
  /** Tag 57, as digits with `D` for the separator; a contact card may have none. */
  readonly track2?: string;
  readonly amountMinor: bigint;
  /** ISO 4217 numeric, three digits. */
  readonly currency: string;
  /** Tag 9C, two digits. */
  readonly transactionType: string;
  /** DE 22: 071 is contactless chip, 051 contact chip. */
  readonly posEntryMode: '071' | '051';
  /** DE 55, BER-TLV. */
  readonly iccData: Uint8Array;
  /** DE 52, where an online PIN was entered. */
  readonly pinBlock?: Uint8Array;
  /** DE 53: which key that is under, 10 bytes. */
  readonly pinKeySerialNumber?: Uint8Array;
  readonly cardholderVerification: RequestedVerification;
  /** Tag 84, hex. */
  readonly aid: string;
  readonly applicationLabel: string;
}

/** How the cardholder was verified before the issuer is asked. */
export type RequestedVerification = Exclude<OutcomeCvm, 'n/a'> | ContactVerification;

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

/** With contact these as well. Source: EMV 4.4 Book 4, 12.1. */
const CONTACT_ICC_DATA_TAGS = [...ICC_DATA_TAGS, '9F34', '9F09', '9F1E', '9F41'] as const;

/**
 * Builds the request from the data of an online outcome. `undefined` when the track 2 data or the
 * PAN sequence number is not what it must be. A contact card may give PAN (5A) and expiry (5F24)
 * instead of track 2.
 */
export function buildAuthorisationRequest(
  data: TagStore,
  sale: AuthorisationSale,
  verification: {
    readonly cvm: RequestedVerification;
    readonly pinBlock: Uint8Array | undefined;
    readonly posEntryMode?: '071' | '051';
  },
  applicationLabel: string,
): AuthorisationRequest | undefined {
  const { cvm, pinBlock, posEntryMode = '071' } = verification;
  const isContact = posEntryMode === '051';
  const account = isContact && !data.has('57') ? accountWithoutTrack(data) : accountOf(data);
  const sequence = data.get('5F34');
  const panSequenceNumber = sequence && decodeBcd(sequence);
  if (!account || panSequenceNumber?.ok === false) return undefined;
  const tags: readonly string[] = isContact ? CONTACT_ICC_DATA_TAGS : ICC_DATA_TAGS;
  const objects = tags.flatMap((tag) => {
    const value = data.get(tag);
    return value ? [{ tag, value }] : [];
  });
  return {
    ...account,
    ...(panSequenceNumber && { panSequenceNumber: panSequenceNumber.value }),
    amountMinor: sale.amountMinor,
    currency: sale.currency,
    transactionType: sale.transactionType,
    posEntryMode,
    iccData: encodeTlv(objects),
    ...(pinBlock && { pinBlock }),
    cardholderVerification: cvm,
    aid: encodeHex(data.get('84') ?? new Uint8Array(0)),
    applicationLabel,
  };
}

type Account = Pick<AuthorisationRequest, 'pan' | 'expiry' | 'track2'>;

function accountOf(data: TagStore): Account | undefined {
  const track2 = parseTrack2(data.get('57') ?? new Uint8Array(0));
  if (!track2.ok) return undefined;
  const { pan, expiry, digits } = track2.value;
  return { pan, expiry, track2: digits };
}

/** The PAN of 5A and the month of 5F24. */
function accountWithoutTrack(data: TagStore): Account | undefined {
  const pan = encodeHex(data.get('5A') ?? new Uint8Array(0)).replace(/F+$/, '');
  const expiry = encodeHex(data.get('5F24') ?? new Uint8Array(0)).slice(0, 4);
  return /^\d{8,19}$/.test(pan) && expiry.length === 4 ? { pan, expiry } : undefined;
}

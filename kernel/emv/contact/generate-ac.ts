import { sha1 } from '@noble/hashes/legacy.js';
import { expectOk, fail, ok, type Result } from '../../bytes/result.ts';
import { decodeTlv, type Tlv } from '../../tlv/ber.ts';
import { buildDol, type DolEntry, parseDol } from '../../tlv/dol.ts';
import { generateAc } from '../apdu.ts';
import { dolFormat } from '../dictionary/tags.ts';
import { TVR } from '../terminal-verification-results.ts';
import { collectCardData } from './card-data.ts';
import { type ContactStep, type ContactTransaction, exchange } from './contact-transaction.ts';
import type { ContactEndReason } from './outcome.ts';
import type { CryptogramType } from './terminal-action-analysis.ts';
import { setTvr } from './verification-results.ts';

/** A cryptogram that a card gave. */
export interface Cryptogram {
  /** `undefined` for a type that is none. */
  readonly type: CryptogramType | undefined;
  /** CID (9F27). */
  readonly information: number;
  /** The objects of an answer of format 2, which a signature covers; none for format 1. */
  readonly signedResponse?: Uint8Array;
}

/** The signature asked for with a cryptogram. */
export type RequestedSignature = 'none' | 'cda' | 'xda';

const TYPES = { AAC: 0x00, TC: 0x40, ARQC: 0x80 } as const;
const SIGNATURES = { none: 0x00, cda: 0x10, xda: 0x08 } as const;
const TYPE_MASK = 0xc0;

/**
 * Asks the card for a cryptogram with the values of CDOL1 (8C) or CDOL2 (8D), and takes its answer
 * into the transaction. Ends the session where the card refuses, or its answer is malformed or
 * lacks something. Source: EMV 4.4 Book 3, 6.5.5, 9.2 and table 12.
 */
export function* generateCryptogram(
  transaction: ContactTransaction,
  list: '8C' | '8D',
  type: CryptogramType,
  signature: RequestedSignature,
): ContactStep<Cryptogram> {
  const { data, sent } = transaction;
  const entries = entriesOf(data.get(list));
  if (entries.some(({ tag }) => tag === '98')) hashCertificateData(transaction);
  const values = buildDol(entries, (tag) => data.get(tag), dolFormat);
  const answer = yield* exchange(generateAc(TYPES[type] | SIGNATURES[signature], values));
  if (!answer.ok) return answer;
  if (answer.value.statusWord !== '9000') return fail('card-refused');
  sent.push(values);
  return readCryptogram(transaction, answer.value.data);
}

/** Lists of the card are checked when they are read. */
function entriesOf(dol: Uint8Array | undefined): readonly DolEntry[] {
  return expectOk(parseDol(dol ?? new Uint8Array(0)));
}

/** The TC hash value (98), over what the TDOL (97) or the terminal's own lists. Book 3, 9.2.2. */
function hashCertificateData({ data, application }: ContactTransaction): void {
  const ofCard = data.get('97');
  const { defaultTdol } = application;
  if (!ofCard && defaultTdol) setTvr(data, TVR.defaultTdolUsed);
  const entries = parseDol(ofCard ?? defaultTdol ?? new Uint8Array(0));
  data.set(
    '98',
    sha1(buildDol(entries.ok ? entries.value : [], (tag) => data.get(tag), dolFormat)),
  );
}

function readCryptogram(
  { data }: ContactTransaction,
  bytes: Uint8Array,
): Result<Cryptogram, ContactEndReason> {
  const decoded = decodeTlv(bytes);
  const [template, ...others] = decoded.ok ? decoded.value : [];
  const objects = template && others.length === 0 ? cryptogramObjects(template) : undefined;
  // What the card had said before of these is no longer so.
  for (const tag of ['9F26', '9F27', '9F36', '9F4B', '9F10']) data.delete(tag);
  if (!objects || !collectCardData(objects, data, new Set())) return fail('malformed-card-data');
  const information = data.get('9F27')?.[0];
  const hasCryptogram = data.has('9F26') || data.has('9F4B');
  if (information === undefined || !data.has('9F36') || !hasCryptogram) {
    return fail('missing-card-data');
  }
  return ok({
    type: typeOf(information),
    information,
    ...(template?.tag === '77' && { signedResponse: template.value }),
  });
}

function typeOf(information: number): CryptogramType | undefined {
  switch (information & TYPE_MASK) {
    case TYPES.AAC:
      return 'AAC';
    case TYPES.TC:
      return 'TC';
    case TYPES.ARQC:
      return 'ARQC';
    default:
      return undefined;
  }
}

/** The objects of format 2 (77), or of format 1 (80): CID, ATC, cryptogram, issuer data. */
function cryptogramObjects({ tag, value, children }: Tlv): readonly Tlv[] | undefined {
  if (tag === '77') return children;
  if (tag !== '80' || value.length < 11) return undefined;
  const objects = [
    { tag: '9F27', value: value.subarray(0, 1) },
    { tag: '9F36', value: value.subarray(1, 3) },
    { tag: '9F26', value: value.subarray(3, 11) },
  ];
  return value.length > 11 ? [...objects, { tag: '9F10', value: value.subarray(11) }] : objects;
}

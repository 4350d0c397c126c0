import { fail, ok } from '../../bytes/result.ts';
import { decodeTlv } from '../../tlv/ber.ts';
import { readRecord } from '../apdu.ts';
import { parseFileLocator } from '../file-locator.ts';
import { collectCardData } from './card-data.ts';
import { type ContactStep, type ContactTransaction, exchange } from './contact-transaction.ts';

const MANDATORY = ['5F24', '5A', '8C', '8D'] as const;
/** Records of files up to this one are the books' and must be templates. */
const LAST_EMV_FILE = 10;
/** Tag and length included. Book 3, 7.1. */
const MAX_RECORD_BYTES = 254;

/**
 * Reads every record that the AFL names, in its order. Records of proprietary files (11 to 30) are
 * kept for authentication only. Source: EMV 4.4 Book 3, 10.2, 7.1, 7.2 and 7.5.
 */
export function* readApplicationData(transaction: ContactTransaction): ContactStep<undefined> {
  const { data, records } = transaction;
  const located = parseFileLocator(data.get('94') ?? new Uint8Array(0));
  if (!located.ok) return fail('malformed-card-data');
  const seen = new Set<string>();
  for (const { sfi, record, isSigned } of located.value) {
    const answer = yield* exchange(readRecord(sfi, record));
    if (!answer.ok) return answer;
    if (answer.value.statusWord !== '9000') return fail('card-refused');
    const bytes = answer.value.data;
    if (isSigned) records.push({ sfi, bytes });
    if (sfi > LAST_EMV_FILE) continue;
    if (!collectRecord(transaction, bytes, seen)) return fail('malformed-card-data');
  }
  const isComplete = MANDATORY.every((tag) => seen.has(tag));
  return isComplete ? ok(undefined) : fail('missing-card-data');
}

function collectRecord(
  { data }: ContactTransaction,
  bytes: Uint8Array,
  seen: Set<string>,
): boolean {
  if (bytes.length > MAX_RECORD_BYTES) return false;
  const decoded = decodeTlv(bytes);
  const [template, ...others] = decoded.ok ? decoded.value : [];
  if (template?.tag !== '70' || bytes[0] !== 0x70 || others.length > 0) return false;
  return collectCardData(template.children ?? [], data, seen);
}

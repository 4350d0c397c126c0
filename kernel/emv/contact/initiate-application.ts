import { expectOk, fail, ok } from '../../bytes/result.ts';
import { decodeTlv, type Tlv } from '../../tlv/ber.ts';
import { buildDol, parseDol } from '../../tlv/dol.ts';
import { getProcessingOptions } from '../apdu.ts';
import { dolFormat } from '../dictionary/tags.ts';
import { collectCardData } from './card-data.ts';
import { type ContactStep, type ContactTransaction, exchange } from './contact-transaction.ts';
import { type Fci, fciValue } from './fci.ts';

/** Objects of the FCI that later steps and lists may ask for. */
const FCI_TAGS = ['50', '87', '9F11', '9F12', '9F38', '5F2D'] as const;

/**
 * Tells the card that a transaction begins, and learns what the application can do (82) and where
 * its data is (94); `not-allowed` where the card will not have this transaction with this
 * application. Source: EMV 4.4 Book 3, 10.1 and 6.5.8.
 */
export function* initiateApplication(
  transaction: ContactTransaction,
  fci: Fci,
): ContactStep<'initiated' | 'not-allowed'> {
  const { data, sent } = transaction;
  data.set('84', fci.name);
  for (const tag of FCI_TAGS) {
    const value = fciValue(fci, tag);
    if (value) data.set(tag, value);
  }
  const pdol = expectOk(parseDol(data.get('9F38') ?? new Uint8Array(0)));
  const values = buildDol(pdol, (tag) => data.get(tag), dolFormat);
  const answer = yield* exchange(getProcessingOptions(values));
  if (!answer.ok) return answer;
  if (answer.value.statusWord === '6985') return ok('not-allowed');
  if (answer.value.statusWord !== '9000') return fail('card-refused');
  sent.push(values);
  const decoded = decodeTlv(answer.value.data);
  const objects = decoded.ok ? processingOptions(decoded.value) : undefined;
  if (!objects || !collectCardData(objects, data, new Set())) return fail('malformed-card-data');
  return data.has('82') && data.has('94') ? ok('initiated') : fail('missing-card-data');
}

/** The objects of an answer of format 1 (80: AIP, AFL) or format 2 (77). */
function processingOptions(objects: readonly Tlv[]): readonly Tlv[] | undefined {
  const [template, ...others] = objects;
  if (!template || others.length > 0) return undefined;
  if (template.tag === '77') return template.children;
  const { tag, value } = template;
  if (tag !== '80' || value.length < 2) return undefined;
  return [
    { tag: '82', value: value.subarray(0, 2) },
    { tag: '94', value: value.subarray(2) },
  ];
}

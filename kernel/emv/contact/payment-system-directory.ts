import { encodeAscii } from '../../bytes/ascii.ts';
import { ok } from '../../bytes/result.ts';
import { decodeTlv, type Tlv } from '../../tlv/ber.ts';
import { readRecord, select } from '../apdu.ts';
import { type Candidate, supportedApplication } from './candidate.ts';
import { type ContactStep, exchange } from './contact-transaction.ts';
import { fciValue, readFci } from './fci.ts';
import type { ContactInput } from './input.ts';

const PSE = encodeAscii('1PAY.SYS.DDF01');
const MAX_RECORDS = 255;

/**
 * The candidates of the card's payment system directory; none where there is no directory, it is
 * blocked or has an error, which the list of AIDs makes good. Ends the session where SELECT is not
 * supported. Source: EMV 4.4 Book 1, 12.3.2.
 */
export function* readDirectory(input: ContactInput): ContactStep<readonly Candidate[]> {
  const selected = yield* exchange(select(PSE));
  if (!selected.ok) return selected;
  if (selected.value.statusWord === '6A81') return { ok: false, error: 'card-blocked' };
  const fci = selected.value.statusWord === '9000' ? readFci(selected.value.data) : undefined;
  const [sfi = 0] = (fci && fciValue(fci, '88')) ?? [];
  if (!fci || sfi < 1 || sfi > 10) return ok([]);
  const codeTable = fciValue(fci, '9F11')?.[0];
  const candidates: Candidate[] = [];
  for (let record = 1; record <= MAX_RECORDS; record++) {
    const read = yield* exchange(readRecord(sfi, record));
    if (!read.ok) return read;
    if (read.value.statusWord === '6A83') break;
    const entries = read.value.statusWord === '9000' ? readEntries(read.value.data) : undefined;
    if (!entries) return ok([]);
    for (const entry of entries) {
      const candidate = toCandidate(input, entry, codeTable);
      if (candidate) candidates.push(candidate);
    }
  }
  return ok(candidates);
}

/** The entries (61) of a record (70); `undefined` where it is no such record. */
function readEntries(bytes: Uint8Array): readonly (readonly Tlv[])[] | undefined {
  const decoded = decodeTlv(bytes);
  const [template, ...others] = decoded.ok ? decoded.value : [];
  if (template?.tag !== '70' || others.length > 0) return undefined;
  return (template.children ?? []).flatMap(({ tag, children }) =>
    tag === '61' && children ? [children] : [],
  );
}

/** An entry without an ADF name is of a directory (DDF), and none of those is followed: 12.2.3. */
function toCandidate(
  input: ContactInput,
  entry: readonly Tlv[],
  codeTable: number | undefined,
): Candidate | undefined {
  const lookUp = (tag: string): Uint8Array | undefined =>
    entry.find((object) => object.tag === tag)?.value;
  const name = lookUp('4F');
  if (!name || name.length < 5 || name.length > 16) return undefined;
  const application = supportedApplication(input, name);
  return (
    application && {
      name,
      application,
      label: lookUp('50'),
      preferredName: lookUp('9F12'),
      codeTable,
      priorityIndicator: lookUp('87')?.[0],
    }
  );
}

import { decodeTlv } from '../../../tlv/ber.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { transmit } from '../../../transaction/steps.ts';
import { readRecord } from '../../apdu.ts';
import type { AuthenticatedRecord } from '../../oda/static-data.ts';
import { type CardData, collectObjects } from './card-data.ts';

interface FileRange {
  readonly sfi: number;
  readonly first: number;
  readonly last: number;
  /** How many of them, from the first, the issuer signed. */
  readonly signed: number;
}

/**
 * Reads every record that the AFL (94) names into `card` and gives those that the issuer signed.
 * Source: EMV 4.4 Book 3, 10.2.
 */
export function* readRecords(
  card: CardData,
): KernelStep<readonly AuthenticatedRecord[] | 'malformed' | 'card-lost'> {
  const ranges = parseFileLocator(card.get('94') ?? new Uint8Array(0));
  if (!ranges) return 'malformed';
  const records: AuthenticatedRecord[] = [];
  for (const { sfi, first, last, signed } of ranges) {
    for (let record = first; record <= last; record++) {
      const reply = yield* transmit(readRecord(sfi, record));
      if (reply.type === 'card-lost') return 'card-lost';
      if (reply.statusWord !== '9000') return 'malformed';
      const decoded = decodeTlv(reply.data);
      const [template, ...rest] = decoded.ok ? decoded.value : [];
      if (template?.tag !== '70' || rest.length > 0) return 'malformed';
      if (!collectObjects(template.children ?? [], card)) return 'malformed';
      if (record < first + signed) records.push({ sfi, bytes: reply.data });
    }
  }
  return records;
}

/** Groups of four bytes: SFI, first record, last record, how many are signed. Book 3, 10.2. */
function parseFileLocator(afl: Uint8Array): readonly FileRange[] | undefined {
  if (afl.length % 4 !== 0) return undefined;
  const ranges: FileRange[] = [];
  for (let at = 0; at < afl.length; at += 4) {
    const [file = 0, first = 0, last = 0, signed = 0] = afl.subarray(at, at + 4);
    const sfi = file >> 3;
    const sound = (file & 7) === 0 && sfi >= 1 && sfi <= 30 && first >= 1 && last >= first;
    if (!sound || signed > last - first + 1) return undefined;
    ranges.push({ sfi, first, last, signed });
  }
  return ranges;
}

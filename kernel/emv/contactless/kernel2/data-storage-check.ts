import { equalBytes } from '../../../bytes/bytes.ts';
import type { TagStore } from '../outcome.ts';
import type { ErrorIndication } from './error-indication.ts';
import { IDS, K2, ODS_INFO } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';

const READ = { byte: 1, mask: 0x80 };
const WRITTEN = { byte: 1, mask: 0x40 };

/**
 * Whether the storage is what the card said it was before, and changed when it was written; sets
 * the DS summary status (DF810B). `torn` wrote too, before it was torn. Source: Book C-2, S910.8 to
 * S910.19 and S11.47 to S11.61, as publicly described.
 */
export function checkSummaries(
  data: TlvDatabase,
  torn: TagStore | undefined,
): ErrorIndication | undefined {
  const [first, second] = [data.get(K2.dsSummary1), data.get(K2.dsSummary2)];
  const hasTornWritten = ((torn?.get(K2.idsStatus)?.[0] ?? 0) & IDS.write.mask) !== 0;
  const tornSummary = torn?.get(K2.dsSummary1) ?? new Uint8Array(0);
  if (hasTornWritten && !equalBytes(first, tornSummary)) return { l2: 'ids-read-error' };
  if (second.length === 0) return { l2: 'card-data-missing' };
  if (!equalBytes(first, second)) return { l2: 'ids-read-error' };
  data.raise(K2.dsSummaryStatus, READ);
  if (!data.has(K2.idsStatus, IDS.write)) return undefined;
  const third = data.get(K2.dsSummary3);
  if (third.length === 0) return { l2: 'card-data-missing' };
  if (!equalBytes(second, third)) {
    data.raise(K2.dsSummaryStatus, WRITTEN);
    return undefined;
  }
  const stops = data.has(K2.dsOdsInfoForReader, ODS_INFO.stopIfWriteFailed);
  return stops ? { l2: 'ids-write-error' } : undefined;
}

import { ok, type Result } from '../../../bytes/result.ts';
import { decodeTlv } from '../../../tlv/ber.ts';
import type { DataObjects } from './data-objects.ts';
import { faultOf, type Kernel8Fault, L2 } from './fault.ts';

/** The one suite of a secure channel that is supported: P-256 with AES-128. */
const CHANNEL_SUITE = 0x00;

/**
 * Takes the answer to the final SELECT. It must have a DF name (84) and a card qualifier (9F2C)
 * whose first byte is not zero, else the next application's turn comes; and of the qualifier's
 * suites of secure channels one that the kernel has. Source: Book C-8 v1.1, 1.5 to 1.14 and C.100,
 * by Digrol/Denom.
 */
export function takeSelection(fci: Uint8Array, data: DataObjects): Result<undefined, Kernel8Fault> {
  const decoded = decodeTlv(fci);
  const [template, ...others] = decoded.ok ? decoded.value : [];
  const isTemplate = template?.tag === '6F' && others.length === 0;
  if (!isTemplate || !data.takeFromCard([template])) return faultOf(L2.parsing, 'select-next');
  const qualifier = data.get('9F2C');
  if (!data.get('84') || !qualifier || qualifier[0] === 0) {
    return faultOf(L2.cardDataMissing, 'select-next');
  }
  if (!qualifier.subarray(1, 4).includes(CHANNEL_SUITE)) return faultOf(L2.cardDataError);
  return ok(undefined);
}

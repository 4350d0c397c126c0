import { equalBytes } from '../../../bytes/bytes.ts';
import { hex } from '../../../bytes/hex.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { transmit } from '../../../transaction/steps.ts';
import { getData } from '../../apdu.ts';
import { CAPABILITIES, K2 } from './tags.ts';
import type { Kernel2Transaction } from './transaction.ts';

const HEADER = hex('9F5006');

/**
 * Reads the offline accumulator balance (9F50) into `into` (DF8104 before GENERATE AC, DF8105
 * after), where the card lets it be read and the terminal asks for it by having that object, empty.
 * An answer that is no balance leaves it as it was. Source: Book C-2, 7.1 to 7.4, as publicly
 * described.
 */
export function* readBalance(
  { data }: Kernel2Transaction,
  into: typeof K2.balanceBeforeGenerateAc | typeof K2.balanceAfterGenerateAc,
): KernelStep<'done' | 'card-lost'> {
  const isWanted =
    data.has(K2.applicationCapabilities, CAPABILITIES.balanceReading) && data.isPresent(into);
  if (!isWanted) return 'done';
  const reply = yield* transmit(getData(K2.offlineAccumulatorBalance));
  if (reply.type === 'card-lost') return 'card-lost';
  const isBalance = reply.data.length === 9 && equalBytes(reply.data.subarray(0, 3), HEADER);
  if (reply.statusWord === '9000' && isBalance) data.set(into, reply.data.subarray(3));
  return 'done';
}

import type { Tlv } from '../../../tlv/ber.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { transmit } from '../../../transaction/steps.ts';
import { putData } from '../../apdu.ts';
import type { TlvDatabase } from './tlv-database.ts';

const COMPLETED = Uint8Array.of(0x80);

/**
 * Writes each object with PUT DATA until the card refuses one, and sets the status object (DF810F
 * before GENERATE AC, DF810E after) when all are written. An object that a command cannot hold
 * counts as refused. Source: Book C-2, 6.12 and 6.15 (states 12 and 15), as publicly described.
 */
export function* writeTags(
  data: TlvDatabase,
  objects: readonly Tlv[],
  statusTag: string,
): KernelStep<'done' | 'card-lost'> {
  for (const { tag, value } of objects) {
    if (tag.length > 4 || value.length < 1 || value.length > 255) return 'done';
    const reply = yield* transmit(putData(tag, value));
    if (reply.type === 'card-lost') return 'card-lost';
    if (reply.statusWord !== '9000') return 'done';
  }
  if (objects.length > 0) data.set(statusTag, COMPLETED);
  return 'done';
}

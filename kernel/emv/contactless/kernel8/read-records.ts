import { concatBytes } from '../../../bytes/bytes.ts';
import { ok, type Result } from '../../../bytes/result.ts';
import { decodeTlv } from '../../../tlv/ber.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { transmit } from '../../../transaction/steps.ts';
import { readRecord } from '../../apdu.ts';
import { parseFileLocator } from '../../file-locator.ts';
import type { DataObjects } from './data-objects.ts';
import { CARD_LOST, faultOf, type Kernel8Fault, L2, refused } from './fault.ts';
import type { SecureChannel } from './secure-channel.ts';

/**
 * Reads every record that the AFL (94) names, those in template DA enciphered, and gives the signed
 * ones' plain contents, one after the other: of every file the template's value without its tag and
 * length. Source: Book C-8 v1.1, READ RECORD, by Digrol/Denom; single-source.
 */
export function* readRecords(
  data: DataObjects,
  channel: SecureChannel,
): KernelStep<Result<Uint8Array, Kernel8Fault>> {
  const located = parseFileLocator(data.get('94') ?? new Uint8Array(0));
  if (!located.ok) return faultOf(L2.parsing);
  const signed: Uint8Array[] = [];
  for (const { sfi, record, isSigned } of located.value) {
    const reply = yield* transmit(readRecord(sfi, record));
    if (reply.type === 'card-lost') return CARD_LOST;
    if (reply.statusWord !== '9000') return refused(reply.statusWord);
    const contents = openRecord(reply.data, channel);
    if (!contents.ok) return contents;
    const objects = decodeTlv(contents.value);
    if (!objects.ok || !data.takeFromCard(objects.value)) return faultOf(L2.parsing);
    if (isSigned) signed.push(contents.value);
  }
  return ok(concatBytes(...signed));
}

/** The contents of template 70, or of DA deciphered. */
function openRecord(answer: Uint8Array, channel: SecureChannel): Result<Uint8Array, Kernel8Fault> {
  const decoded = decodeTlv(answer);
  const [template, ...others] = decoded.ok ? decoded.value : [];
  if (others.length > 0) return faultOf(L2.parsing);
  if (template?.tag === '70') return ok(template.value);
  if (template?.tag !== 'DA') return faultOf(L2.parsing);
  const plain = channel.decrypt(template.value);
  return plain ? ok(plain) : faultOf(L2.decryptionFailed);
}

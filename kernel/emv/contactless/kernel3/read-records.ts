import { decodeTlv } from '../../../tlv/ber.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { transmit } from '../../../transaction/steps.ts';
import { readRecord } from '../../apdu.ts';
import { parseFileLocator } from '../../file-locator.ts';
import type { AuthenticatedRecord } from '../../oda/static-data.ts';
import { type CardData, collectObjects } from './card-data.ts';

/**
 * Reads every record that the AFL (94) names into `card` and gives those that the issuer signed; a
 * card that went online often has none. Source: EMV 4.4 Book 3, 10.2.
 */
export function* readRecords(
  card: CardData,
): KernelStep<readonly AuthenticatedRecord[] | 'malformed' | 'card-lost'> {
  const locator = card.get('94');
  if (!locator?.length) return [];
  const located = parseFileLocator(locator);
  if (!located.ok) return 'malformed';
  const signed: AuthenticatedRecord[] = [];
  for (const { sfi, record, isSigned } of located.value) {
    const reply = yield* transmit(readRecord(sfi, record));
    if (reply.type === 'card-lost') return 'card-lost';
    if (reply.statusWord !== '9000') return 'malformed';
    const decoded = decodeTlv(reply.data);
    const [template, ...rest] = decoded.ok ? decoded.value : [];
    if (template?.tag !== '70' || rest.length > 0) return 'malformed';
    if (!collectObjects(template.children ?? [], card)) return 'malformed';
    if (isSigned) signed.push({ sfi, bytes: reply.data });
  }
  return signed;
}

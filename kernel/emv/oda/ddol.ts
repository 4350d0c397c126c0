import { malformed, ok, type Result } from '../../bytes/result.ts';
import { type DolEntry, parseDol } from '../../tlv/dol.ts';
import type { CardData } from './certified-key.ts';
import type { OdaFault } from './fault.ts';

/**
 * The list of what INTERNAL AUTHENTICATE sends: the card's DDOL (9F49) or, where it has none, the
 * terminal's default. DDA fails where that does not list the unpredictable number. Error: `ddol`.
 * Source: EMV 4.4 Book 2, 6.5.1.
 */
export function chooseDdol(
  card: CardData,
  defaultDdol: Uint8Array,
): Result<readonly DolEntry[], OdaFault> {
  const entries = parseDol(card.get('9F49') ?? defaultDdol);
  const usable = entries.ok && entries.value.some(({ tag }) => tag === '9F37');
  return usable ? ok(entries.value) : malformed('ddol', '9F49', 0);
}

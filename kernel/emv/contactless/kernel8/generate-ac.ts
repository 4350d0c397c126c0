import { ok, type Result } from '../../../bytes/result.ts';
import { encodeTlv, type Tlv } from '../../../tlv/ber.ts';
import { parseDol } from '../../../tlv/dol.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { transmit } from '../../../transaction/steps.ts';
import { generateAc } from '../../apdu.ts';
import type { DataObjects } from './data-objects.ts';
import { CARD_LOST, faultOf, type Kernel8Fault, L2, refused } from './fault.ts';
import { decodeTemplate } from './response-template.ts';
import type { KernelDecision } from './terminal-action-analysis.ts';

/** What was asked of the card, and what of its answer the IAD-MAC covers. */
export interface CryptogramExchange {
  readonly requested: KernelDecision;
  /** The values that CDOL1 asked for. */
  readonly cdolValues: Uint8Array;
  /** The answer's objects one after the other, without the cryptogram and the EDA-MAC. */
  readonly authenticated: Uint8Array;
}

/** ATC, CID, cryptogram, cardholder verification decision, EDA-MAC, IAD; and from before, PAN. */
const MANDATORY = ['9F36', '9F27', '9F26', '9F8102', '9F8105', '9F10', '5A'] as const;
const NOT_AUTHENTICATED = ['9F26', '9F8105'];
const MAX_CDOL_BYTES = 255;

/**
 * GENERATE AC, which is the one cryptogram of a transaction; `more` tells the card that WRITE DATA
 * follows. Source: Book C-8 v1.1, 26.10 to 26.15 and 2627.1, by Digrol/Denom.
 */
export function* exchangeCryptogram(
  data: DataObjects,
  requested: KernelDecision,
  more: boolean,
): KernelStep<Result<CryptogramExchange, Kernel8Fault>> {
  const cdol = parseDol(data.get('8C') ?? new Uint8Array(0));
  if (!cdol.ok) return faultOf(L2.parsing);
  const cdolValues = data.build(cdol.value);
  if (cdolValues.length > MAX_CDOL_BYTES) return faultOf(L2.cardDataError);
  const reply = yield* transmit(generateAc(requested, cdolValues, more));
  if (reply.type === 'card-lost') return CARD_LOST;
  if (reply.statusWord !== '9000') return refused(reply.statusWord);
  const objects = decodeTemplate(reply.data, '77');
  if (!objects || !data.takeFromCard(objects)) return faultOf(L2.parsing);
  if (!data.hasAll(MANDATORY)) return faultOf(L2.cardDataMissing);
  return ok({ requested, cdolValues, authenticated: encodeTlv(objects.flatMap(authenticated)) });
}

/** The object as it stood, without padding around it. */
function authenticated({ tag, value, lengthOctets }: Tlv) {
  return NOT_AUTHENTICATED.includes(tag) ? [] : [{ tag, value, lengthOctets }];
}

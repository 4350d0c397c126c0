import { ok, type Result } from '../../../bytes/result.ts';
import type { EllipticCurves } from '../../../ports/elliptic-curves.ts';
import { parseDol } from '../../../tlv/dol.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { transmit } from '../../../transaction/steps.ts';
import { getProcessingOptions } from '../../apdu.ts';
import { type BlindedChannel, openBlindedChannel } from './blinded-key.ts';
import type { DataObjects } from './data-objects.ts';
import { CARD_LOST, faultOf, type Kernel8Fault, L2, refused } from './fault.ts';
import { decodeTemplate } from './response-template.ts';

/** What is known once the card has answered. */
export interface ProcessingOptions extends BlindedChannel {
  /** The values that the PDOL asked for. */
  readonly pdolValues: Uint8Array;
}

/** Command data is 255 bytes; template 83 takes three of them above 127. */
const MAX_PDOL_BYTES = 252;

/**
 * GET PROCESSING OPTIONS: the kernel's public key to the card, the card's blinded one back, and the
 * channel between them. A card that refuses leaves the turn to the next application. Source: Book
 * C-8 v1.1, 2.15 to 2.21 and 20.10 to 20.21, by Digrol/Denom.
 */
export function* exchangeProcessingOptions(
  data: DataObjects,
  curves: EllipticCurves,
  privateKey: Uint8Array,
): KernelStep<Result<ProcessingOptions, Kernel8Fault>> {
  const pdol = parseDol(data.get('9F38') ?? new Uint8Array(0));
  if (!pdol.ok) return faultOf(L2.parsing);
  const pdolValues = data.build(pdol.value);
  if (pdolValues.length > MAX_PDOL_BYTES) return faultOf(L2.cardDataError);
  const reply = yield* transmit(getProcessingOptions(pdolValues));
  if (reply.type === 'card-lost') return CARD_LOST;
  if (reply.statusWord !== '9000') return refused(reply.statusWord, 'select-next');
  const template = decodeTemplate(reply.data, '77');
  if (!template || !data.takeFromCard(template)) return faultOf(L2.parsing);
  const keyData = data.get('9F8103');
  if (!keyData || !data.hasAll(['82', '94'])) return faultOf(L2.cardDataMissing);
  const cdol1 = data.get('8C') ?? data.get('9F8220');
  if (!cdol1) return faultOf(L2.cardDataMissing);
  data.set('8C', cdol1);
  const opened = openBlindedChannel(curves, privateKey, keyData);
  return opened ? ok({ ...opened, pdolValues }) : faultOf(L2.decryptionFailed);
}

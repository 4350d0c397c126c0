import { decodeTlv, findTag } from '../../../tlv/ber.ts';
import { buildDol, type DolEntry, parseDol } from '../../../tlv/dol.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { transmit } from '../../../transaction/steps.ts';
import { getProcessingOptions } from '../../apdu.ts';
import { isSet } from '../../data-bit.ts';
import { dolFormat } from '../../dictionary/tags.ts';
import { CARD_LOST } from '../card-lost.ts';
import type { KernelActivation } from '../kernel-activation.ts';
import { type ContactlessOutcome, outcomeOf } from '../outcome.ts';
import { terminalDataOf } from '../terminal-data.ts';
import { type CardData, collectProcessingOptions } from './card-data.ts';
import { endApplication, SEE_PHONE, SWITCH_INTERFACE } from './outcomes.ts';
import { TTQ } from './qualifiers.ts';
import { readRecords } from './read-records.ts';
import type { Kernel3Transaction } from './transaction.ts';

/** What a card must have given, beside 84 and 9F38 of its FCI. Book C-3, 5.4.2.3. */
const MANDATORY = ['9F26', '82', '9F36', '9F10', '57'] as const;
const AIP_MAGNETIC_STRIPE_MODE = { byte: 2, mask: 0x80 } as const;

/** A card that was read, or the outcome if it could not be. */
export type Reading =
  | { readonly type: 'read'; readonly transaction: Kernel3Transaction }
  | { readonly type: 'ended'; readonly outcome: ContactlessOutcome };

/**
 * GET PROCESSING OPTIONS with the PDOL, READ RECORD, and whether all is there that must be. Source:
 * EMV Contactless Book C-3, 5.2 and 5.4, as publicly described.
 */
export function* readApplication(activation: KernelActivation): KernelStep<Reading> {
  const pdol = readPdol(activation.fci);
  if (!pdol?.some((entry) => entry.tag === '9F66')) return ended(outcomeOf('select-next'));
  const terminal = terminalDataOf(activation);
  terminal.set('95', new Uint8Array(5));
  terminal.set('9F37', activation.takeUnpredictableNumber());
  const values = buildDol(pdol, (tag) => terminal.get(tag), dolFormat);
  const reply = yield* transmit(getProcessingOptions(values));
  if (reply.type === 'card-lost') return ended(CARD_LOST);
  if (reply.statusWord !== '9000') return ended(refused(reply.statusWord));

  const card: CardData = new Map();
  const signedRecords = collectProcessingOptions(reply.data, card)
    ? yield* readRecords(card)
    : 'malformed';
  if (signedRecords === 'card-lost') return ended(CARD_LOST);
  if (signedRecords === 'malformed') return ended(endApplication('malformed-card-data'));
  const transaction = { activation, terminal, card, signedRecords };
  const isComplete = isMagneticStripeMode(transaction)
    ? card.has('57')
    : MANDATORY.every((tag) => card.has(tag));
  return isComplete ? { type: 'read', transaction } : ended(endApplication('missing-card-data'));
}

/**
 * Whether card and reader meet in magnetic stripe mode alone: the card has made no cryptogram. A
 * reader has that mode only where its configuration says so (TTQ byte 1 bit 8).
 */
export function isMagneticStripeMode({ terminal, card }: Kernel3Transaction): boolean {
  return (
    isSet(terminal.get('9F66'), TTQ.magneticStripeMode) &&
    isSet(card.get('82'), AIP_MAGNETIC_STRIPE_MODE) &&
    !card.has('9F26')
  );
}

function ended(outcome: ContactlessOutcome): Reading {
  return { type: 'ended', outcome };
}

/** Book C-3, 5.2.2.2. */
function refused(statusWord: string): ContactlessOutcome {
  switch (statusWord) {
    case '6984':
      return SWITCH_INTERFACE;
    case '6985':
      return outcomeOf('select-next');
    case '6986':
      return SEE_PHONE;
    default:
      return endApplication('card-refused');
  }
}

function readPdol(fci: Uint8Array): readonly DolEntry[] | undefined {
  const decoded = decodeTlv(fci);
  const pdol = decoded.ok ? findTag(decoded.value, '9F38') : undefined;
  const parsed = pdol && parseDol(pdol.value);
  if (!parsed?.ok) return undefined;
  const total = parsed.value.reduce((sum, entry) => sum + entry.lengthBytes, 0);
  return total <= MAX_PDOL_BYTES ? parsed.value : undefined;
}

/** Of the 255 bytes of a command's data the template takes its tag and up to two of length. */
const MAX_PDOL_BYTES = 252;

import { decodeTlv, findTag } from '../../../tlv/ber.ts';
import { buildDol, parseDol } from '../../../tlv/dol.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { show, transmit } from '../../../transaction/steps.ts';
import type { UiRequest } from '../../../transaction/ui-request.ts';
import { getProcessingOptions } from '../../apdu.ts';
import { dolFormat } from '../../dictionary/tags.ts';
import { CARD_LOST } from '../card-lost.ts';
import type { KernelActivation } from '../kernel-activation.ts';
import {
  type ContactlessOutcome,
  type OutcomeReason,
  outcomeOf,
  type TagStore,
} from '../outcome.ts';
import { terminalDataOf } from '../terminal-data.ts';
import { type CardData, collectProcessingOptions } from './card-data.ts';
import { chooseVerification } from './cardholder-verification.ts';
import { readRecords } from './read-records.ts';

const CRYPTOGRAM_MASK = 0xc0;
const ARQC = 0x80;
const TC = 0x40;

const MANDATORY = ['9F26', '82', '9F36', '9F10', '57'] as const;

/**
 * The online path of kernel 3: GET PROCESSING OPTIONS with the PDOL, READ RECORD, mandatory data,
 * cryptogram type, cardholder verification. Offline data authentication and issuer update are not
 * done. Source: EMV Contactless Book C-3, 5, as publicly described; the book itself is not public.
 */
export function* runKernel3(activation: KernelActivation): KernelStep<ContactlessOutcome> {
  const terminal = terminalDataOf(activation);
  terminal.set('95', new Uint8Array(5));
  terminal.set('9F37', activation.takeUnpredictableNumber());
  const pdol = readPdol(activation.fci);
  if (!pdol?.some((entry) => entry.tag === '9F66')) return outcomeOf('select-next');
  const values = buildDol(pdol, (tag) => terminal.get(tag), dolFormat);
  const reply = yield* transmit(getProcessingOptions(values));
  if (reply.type === 'card-lost') return CARD_LOST;
  if (reply.statusWord !== '9000') return refused(reply.statusWord);

  const card: CardData = new Map();
  const records = collectProcessingOptions(reply.data, card)
    ? yield* readRecords(card)
    : 'malformed';
  if (records === 'card-lost') return CARD_LOST;
  if (records === 'malformed') return endApplication('malformed-card-data');
  if (MANDATORY.some((tag) => !card.has(tag))) {
    return endApplication('missing-card-data');
  }
  yield* show({ message: 'card-read-ok', status: 'card-read-ok' });
  return conclude(activation, terminal, card);
}

/** Book C-3, 5.4.3 (cryptogram type) and 5.7 (cardholder verification), then the outcome, 5.8. */
function conclude(
  activation: KernelActivation,
  terminal: CardData,
  card: CardData,
): ContactlessOutcome {
  const data = new Map([...terminal, ...card]);
  if (!data.has('84')) data.set('84', activation.candidate.adfName);
  const type = cryptogramType(card);
  // The TTQ always requires an online cryptogram, so a TC goes online too (5.4.3.2).
  if (type !== ARQC && type !== TC) return declined('card-declined', data);
  const cvm = chooseVerification(terminal.get('9F66'), card, type === ARQC);
  if (cvm === 'not-possible') return declined('no-common-verification', data);
  return outcomeOf('online-request', {
    cvm,
    dataRecord: data,
    uiOnOutcome: {
      message: cvm === 'online-pin' ? 'enter-pin' : 'authorising',
      status: 'card-read-ok',
    },
  });
}

function refused(statusWord: string): ContactlessOutcome {
  switch (statusWord) {
    case '6984':
      return outcomeOf('try-another-interface', {
        uiOnOutcome: INSERT,
        alternateInterface: 'contact',
      });
    case '6985':
      return outcomeOf('select-next');
    case '6986':
      return outcomeOf('try-again', { uiOnRestart: SEE_PHONE, fieldOff: 13 });
    default:
      return endApplication('card-refused');
  }
}

/** Tag 9F27; where the card leaves it out, the CVR of 9F10 says the same (5.4.3.1). */
function cryptogramType(card: CardData): number {
  const cid = card.get('9F27')?.[0];
  if (cid !== undefined) return cid & CRYPTOGRAM_MASK;
  const cvr = card.get('9F10')?.[4] ?? 0;
  return ((cvr >> 4) & 0x03) << 6;
}

function readPdol(fci: Uint8Array): ReturnType<typeof entries> {
  const decoded = decodeTlv(fci);
  const pdol = decoded.ok ? findTag(decoded.value, '9F38') : undefined;
  return pdol && entries(pdol.value);
}

function entries(dol: Uint8Array) {
  const parsed = parseDol(dol);
  if (!parsed.ok) return undefined;
  // Command data holds 255 bytes, two of which are the template's tag and length.
  const total = parsed.value.reduce((sum, entry) => sum + entry.lengthBytes, 0);
  return total <= 253 ? parsed.value : undefined;
}

function declined(reason: OutcomeReason, dataRecord: TagStore): ContactlessOutcome {
  const uiOnOutcome = { message: 'not-authorised', status: 'card-read-ok' } as const;
  return outcomeOf('declined', { reason, dataRecord, uiOnOutcome });
}

function endApplication(reason: OutcomeReason): ContactlessOutcome {
  return outcomeOf('end-application', { reason, uiOnOutcome: TRY_ANOTHER });
}

const TRY_ANOTHER: UiRequest = {
  message: 'insert-swipe-or-try-another',
  status: 'processing-error',
};
const INSERT: UiRequest = { message: 'insert-card', status: 'processing-error' };
const SEE_PHONE: UiRequest = { message: 'see-phone', status: 'ready-to-read', holdTime: 13 };

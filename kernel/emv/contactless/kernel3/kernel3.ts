import { encodeBcd, encodeBcdAmount } from '../../../bytes/bcd.ts';
import { decodeTlv, findTag } from '../../../tlv/ber.ts';
import { buildDol, parseDol } from '../../../tlv/dol.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { transmit } from '../../../transaction/steps.ts';
import { getProcessingOptions } from '../../apdu.ts';
import { dolFormat } from '../../dictionary/tags.ts';
import type { KernelActivation } from '../kernel-activation.ts';
import type { ContactlessOutcome } from '../outcome.ts';
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
  const terminal = terminalData(activation);
  const pdol = readPdol(activation.fci);
  if (!pdol?.some((entry) => entry.tag === '9F66')) return { type: 'select-next' };
  const values = buildDol(pdol, (tag) => terminal.get(tag), dolFormat);
  const reply = yield* transmit(getProcessingOptions(values));
  if (reply.type === 'card-lost') return { type: 'try-again', message: 'try-again' };
  if (reply.statusWord !== '9000') return refused(reply.statusWord);

  const card: CardData = new Map();
  const records = collectProcessingOptions(reply.data, card)
    ? yield* readRecords(card)
    : 'malformed';
  if (records === 'card-lost') return { type: 'try-again', message: 'try-again' };
  if (records === 'malformed') return { type: 'end-application', reason: 'malformed-card-data' };
  if (MANDATORY.some((tag) => !card.has(tag))) {
    return { type: 'end-application', reason: 'missing-card-data' };
  }
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
  if (type !== ARQC && type !== TC) return { type: 'declined', reason: 'card-declined', data };
  const cvm = chooseVerification(terminal.get('9F66'), card, type === ARQC);
  if (cvm === 'not-possible') return { type: 'declined', reason: 'no-common-verification', data };
  return { type: 'online-request', cvm, data, applicationLabel: activation.candidate.label };
}

function refused(statusWord: string): ContactlessOutcome {
  switch (statusWord) {
    case '6984':
      return { type: 'try-another-interface' };
    case '6985':
      return { type: 'select-next' };
    case '6986':
      return { type: 'try-again', message: 'see-phone' };
    default:
      return { type: 'end-application', reason: 'card-refused' };
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

function terminalData({ input, candidate, unpredictableNumber }: KernelActivation): CardData {
  return new Map([
    ...Object.entries(input.terminalData),
    ['9F66', candidate.combination.ttq],
    ['9F02', encodeBcdAmount(input.amountMinor, 6)],
    ['9F03', encodeBcdAmount(input.amountOtherMinor, 6)],
    ['9F1A', encodeBcd(input.terminalCountry)],
    ['95', new Uint8Array(5)],
    ['5F2A', encodeBcd(input.currency)],
    ['9A', encodeBcd(input.date)],
    ['9F21', encodeBcd(input.time)],
    ['9C', encodeBcd(input.transactionType)],
    ['9F37', unpredictableNumber],
  ]);
}

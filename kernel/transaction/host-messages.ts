import { decodeLatin1, encodeAscii } from '../bytes/ascii.ts';
import { readUint } from '../bytes/bytes.ts';
import type { Message, MessageFields } from '../iso8583/message.ts';
import { decodeTlv, encodeTlv, findTag } from '../tlv/ber.ts';
import type { AuthorisationRequest } from './authorisation.ts';
import type { HostReply } from './commands.ts';
import { type FidoAssertion, fidoAssertionObjects } from './fido-assertion.ts';
import type { OriginalData, ReversalReason, ScoreAnswer } from './payment.ts';
import { SCORING_TAGS } from './scoring-dataset.ts';

/** Which terminal and shop a message comes from. */
export interface TerminalIdentity {
  /** DE 41, 8 characters. */
  readonly terminalId: string;
  /** DE 42, 15 characters. */
  readonly merchantId: string;
}

/** What tells one message from every other of its terminal. */
export interface MessageTrace {
  /** DE 11, 1 to 999999. */
  readonly stan: number;
  /** DE 7, MMDDhhmmss, UTC. */
  readonly transmittedAt: string;
  /** DE 12, hhmmss, local. */
  readonly localTime: string;
  /** DE 13, MMDD, local. */
  readonly localDate: string;
}

/** What the terminal knows that helps to score a payment (DE 60). */
export interface ScoringContext {
  readonly channel: 'cashier' | 'kiosk' | 'web';
  readonly deviceInterface: string;
  readonly basketLines: number;
  readonly cardTimeMs: number;
  /** What the terminal calls the wearable, the same at every payment; 1 to 32 bytes. */
  readonly deviceToken?: Uint8Array;
  readonly attestation?: 'absent' | 'failed' | 'verified';
  /** 0 to 100. */
  readonly energyPercent?: number;
  readonly checkedIn?: boolean;
  readonly assertion?: FidoAssertion;
}

/** The 0100 for a request. */
export function buildAuthorisation(
  request: AuthorisationRequest,
  identity: TerminalIdentity,
  trace: MessageTrace,
  context: ScoringContext,
): Message {
  return {
    mti: '0100',
    fields: {
      2: request.pan,
      3: `${request.transactionType}0000`,
      4: amountField(request.amountMinor),
      ...traceFields(trace),
      14: request.expiry,
      22: request.posEntryMode,
      ...(request.panSequenceNumber && { 23: request.panSequenceNumber.padStart(3, '0') }),
      25: '00',
      ...(request.track2 && { 35: request.track2 }),
      41: identity.terminalId,
      42: identity.merchantId,
      49: request.currency,
      ...(request.pinBlock && { 52: request.pinBlock }),
      ...(request.pinKeySerialNumber && { 53: request.pinKeySerialNumber }),
      55: request.iccData,
      60: encodeScoringDataset(request, context),
    },
  };
}

/** What a reversal says of the payment it undoes. */
export interface Reversal {
  readonly original: Pick<OriginalData, 'stan' | 'transmittedAt'> & { readonly mti: string };
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly reason: ReversalReason;
  /** 1 for the 0400; more for each 0401. */
  readonly attempt: number;
}

/** The 0400, or the 0401 that repeats it. It carries no card data: DE 90 names the original. */
export function buildReversal(
  reversal: Reversal,
  identity: TerminalIdentity,
  trace: MessageTrace,
): Message {
  const { original } = reversal;
  return {
    mti: reversal.attempt === 1 ? '0400' : '0401',
    fields: {
      3: '000000',
      4: amountField(reversal.amountMinor),
      ...traceFields(trace),
      39: REVERSAL_CODES[reversal.reason],
      41: identity.terminalId,
      42: identity.merchantId,
      49: reversal.currency,
      90: formatOriginal(original),
    },
  };
}

/** DE 90: type, STAN and DE 7 of the original; the institutions are zeros. */
export function formatOriginal(original: {
  readonly mti: string;
  readonly stan: number;
  readonly transmittedAt: string;
}): string {
  return `${original.mti}${stanField(original.stan)}${original.transmittedAt}${'0'.repeat(22)}`;
}

/** Whether `answer` answers `request`: type, terminal, STAN, and DE 7 are those of the request. */
export function answers(request: Message, answer: Message): boolean {
  const type = Number(`${request.mti.slice(0, 3)}0`) + 10;
  if (Number(answer.mti) !== type) return false;
  return [7, 11, 41].every((number) => request.fields[number] === answer.fields[number]);
}

/** What an 0110 says. `undefined` when it has no response code, or says what it cannot. */
export function readAuthorisationAnswer(
  request: Message,
  answer: Message,
): Extract<HostReply, { type: 'answered' }> | undefined {
  const {
    4: amount,
    37: reference,
    38: approval,
    39: code,
    54: amounts,
    55: issuer,
    61: scoring,
  } = answer.fields;
  if (typeof code !== 'string' || amount !== request.fields[4]) return undefined;
  const score = typeof scoring === 'object' ? decodeScore(scoring) : undefined;
  const balanceMinor = decodeBalance(amounts, request.fields[49]);
  return {
    type: 'answered',
    responseCode: code,
    ...(typeof approval === 'string' && { approvalCode: approval }),
    ...(typeof reference === 'string' && { retrievalReference: reference }),
    ...(typeof issuer === 'object' && { issuerData: issuer }),
    ...(score && { score }),
    ...(balanceMinor !== undefined && { balanceMinor }),
  };
}

/** The available balance (02) of DE 54, a credit in the currency asked for; elsewhere nothing. */
function decodeBalance(
  amounts: string | Uint8Array | undefined,
  currency: string | Uint8Array | undefined,
): bigint | undefined {
  const [, of, digits] = /^\d{2}02(\d{3})C(\d{12})$/.exec(String(amounts)) ?? [];
  return digits !== undefined && of === currency ? BigInt(digits) : undefined;
}

/** DE 39 of a reversal, as this host reads it. ISO 8583:1987, annex A. */
const REVERSAL_CODES: Readonly<Record<ReversalReason, string>> = {
  timeout: '68',
  'connection-lost': '22',
  restart: '22',
  customer: '17',
};

/** DE 4: twelve digits. */
export function amountField(amountMinor: bigint): string {
  return amountMinor.toString().padStart(12, '0');
}

function stanField(stan: number): string {
  return stan.toString().padStart(6, '0');
}

/** DE 7, 11, 12 and 13. */
export function traceFields(trace: MessageTrace): MessageFields & Record<7 | 11 | 12 | 13, string> {
  return {
    7: trace.transmittedAt,
    11: stanField(trace.stan),
    12: trace.localTime,
    13: trace.localDate,
  };
}

function encodeScoringDataset(request: AuthorisationRequest, context: ScoringContext): Uint8Array {
  const text = (tag: string, value: string) => ({ tag, value: encodeAscii(value) });
  const number = (tag: string, value: number, lengthBytes: number) => ({
    tag,
    value: Uint8Array.from(
      { length: lengthBytes },
      (_, i) => Math.floor(value / 256 ** (lengthBytes - 1 - i)) % 256,
    ),
  });
  const { deviceToken, attestation, energyPercent, checkedIn } = context;
  return encodeTlv([
    text(SCORING_TAGS.channel, context.channel),
    text(SCORING_TAGS.deviceInterface, context.deviceInterface),
    text(SCORING_TAGS.cardholderVerification, request.cardholderVerification),
    number(SCORING_TAGS.basketLines, Math.min(context.basketLines, 0xffff), 2),
    number(SCORING_TAGS.cardTimeMs, Math.min(Math.max(context.cardTimeMs, 0), 0xffffffff), 4),
    ...(deviceToken ? [{ tag: SCORING_TAGS.deviceToken, value: deviceToken }] : []),
    ...(attestation ? [text(SCORING_TAGS.attestation, attestation)] : []),
    ...(energyPercent === undefined ? [] : [number(SCORING_TAGS.energyPercent, energyPercent, 1)]),
    ...(checkedIn === undefined ? [] : [number(SCORING_TAGS.checkedIn, checkedIn ? 1 : 0, 1)]),
    ...(context.assertion ? fidoAssertionObjects(context.assertion) : []),
  ]);
}

const REQUIRED_METHODS = ['none', 'cdcvm', 'pin', 'fido2', 'refuse'] as const;

function decodeScore(bytes: Uint8Array): ScoreAnswer | undefined {
  const decoded = decodeTlv(bytes);
  if (!decoded.ok) return undefined;
  const lookUp = (tag: string) => findTag(decoded.value, tag)?.value;
  const score = lookUp(SCORING_TAGS.score);
  const tier = decodeLatin1(lookUp(SCORING_TAGS.tier) ?? new Uint8Array(0));
  if (score?.length !== 2 || (tier !== 'low' && tier !== 'medium' && tier !== 'high'))
    return undefined;
  const reasons = decodeLatin1(lookUp(SCORING_TAGS.reasons) ?? new Uint8Array(0));
  const said = decodeLatin1(lookUp(SCORING_TAGS.requiredMethod) ?? new Uint8Array(0));
  const requiredMethod = REQUIRED_METHODS.find((method) => method === said);
  return {
    score: readUint(score),
    tier,
    reasons: reasons === '' ? [] : reasons.split(','),
    ...(requiredMethod && { requiredMethod }),
  };
}

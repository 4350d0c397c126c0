import type { Message } from '../iso8583/message.ts';
import {
  amountField,
  buildReversal,
  formatOriginal,
  type MessageTrace,
  type TerminalIdentity,
  traceFields,
} from './host-messages.ts';
import { MESSAGE_FORMS, type MessageKind } from './message-kinds.ts';
import type { FollowUpKind, OriginalData } from './payment.ts';

/** What a message about an earlier payment says. */
export interface FollowUp {
  readonly kind: FollowUpKind;
  /** Absent: that of the kind's first form. */
  readonly mti?: OriginalData['mti'];
  readonly original: Pick<OriginalData, 'stan' | 'transmittedAt'> & { readonly mti: string };
  readonly amountMinor: bigint;
  readonly currency: string;
}

/**
 * An increment, completion, refund or void, or the advice that takes an increment or a refund back.
 * It carries no card data: DE 90 names the original.
 */
export function buildFollowUp(
  followUp: FollowUp,
  identity: TerminalIdentity,
  trace: MessageTrace,
): Message {
  const { kind, mti, original, amountMinor, currency } = followUp;
  if (kind === 'reversal') {
    const reversal = { original, amountMinor, currency, reason: 'customer', attempt: 1 } as const;
    return { ...buildReversal(reversal, identity, trace), mti: '0420' };
  }
  const form = MESSAGE_FORMS.find((row) => row.kind === kind && row.mti === (mti ?? row.mti));
  if (!form) throw new Error(`no form of ${kind}`);
  return {
    mti: form.mti,
    fields: {
      3: form.processingCode,
      4: amountField(amountMinor),
      ...traceFields(trace),
      25: form.condition,
      41: identity.terminalId,
      42: identity.merchantId,
      49: currency,
      90: formatOriginal(original),
    },
  };
}

/** The message that an authorisation becomes in another form: MTI, DE 3 and DE 25 are changed. */
export function inForm(
  message: Message,
  kind: MessageKind,
  mti?: '0100' | '0120' | '0200',
): Message {
  const form = MESSAGE_FORMS.find((row) => row.kind === kind && (!mti || row.mti === mti));
  if (!form) throw new Error(`no form of ${kind}`);
  const fields = { ...message.fields, 3: form.processingCode, 25: form.condition };
  return { mti: form.mti, fields };
}

/** What a terminal counted since its last batch, in one currency. */
export interface Totals {
  /** Refunds. */
  readonly credits: number;
  readonly creditsMinor: bigint;
  /** Purchases and completions that stand. */
  readonly debits: number;
  readonly debitsMinor: bigint;
}

/** The 0500, or as advice the 0520 that closes the batch whatever the host counted. */
export function buildReconciliation(
  mti: '0500' | '0520',
  totals: Totals & { readonly currency: string },
  identity: TerminalIdentity,
  trace: MessageTrace,
): Message {
  const { 7: transmittedAt, 11: stan } = traceFields(trace);
  return {
    mti,
    fields: {
      ...{ 7: transmittedAt, 11: stan, 41: identity.terminalId, 42: identity.merchantId },
      50: totals.currency,
      ...totalsFields(totals),
    },
  };
}

/** DE 74, 76, 86, 88 and 97, which is C where more was given back than taken. */
export function totalsFields(totals: Totals) {
  const net = totals.debitsMinor - totals.creditsMinor;
  return {
    74: totals.credits.toString().padStart(10, '0'),
    76: totals.debits.toString().padStart(10, '0'),
    86: totals.creditsMinor.toString().padStart(16, '0'),
    88: totals.debitsMinor.toString().padStart(16, '0'),
    97: `${net < 0n ? 'C' : 'D'}${(net < 0n ? -net : net).toString().padStart(16, '0')}`,
  };
}

/** Reads DE 74, 76, 86, 88 and 97; `undefined` where one is missing or the net is another. */
export function readTotals({ fields }: Pick<Message, 'fields'>): Totals | undefined {
  const { 74: credits, 76: debits, 86: creditsMinor, 88: debitsMinor, 97: net } = fields;
  const texts = [credits, debits, creditsMinor, debitsMinor];
  if (texts.some((text) => typeof text !== 'string')) return undefined;
  const totals = {
    credits: Number(credits),
    creditsMinor: BigInt(String(creditsMinor)),
    debits: Number(debits),
    debitsMinor: BigInt(String(debitsMinor)),
  };
  // The net says the same again.
  return totalsFields(totals)[97] === net ? totals : undefined;
}

/** Whether two sides counted the same. */
export function sameTotals(one: Totals, other: Totals): boolean {
  return (
    one.credits === other.credits &&
    one.creditsMinor === other.creditsMinor &&
    one.debits === other.debits &&
    one.debitsMinor === other.debitsMinor
  );
}

/** DE 70: sign-on, sign-off, key change, echo test. ISO 8583:1987, annex A. */
export const NETWORK_CODES = {
  signOn: '001',
  signOff: '002',
  keyChange: '101',
  echo: '301',
} as const;

/** An 0800. */
export function buildNetworkManagement(
  code: keyof typeof NETWORK_CODES,
  identity: TerminalIdentity,
  trace: MessageTrace,
): Message {
  const { 7: transmittedAt, 11: stan } = traceFields(trace);
  const fields = { 7: transmittedAt, 11: stan, 41: identity.terminalId, 70: NETWORK_CODES[code] };
  return { mti: '0800', fields };
}

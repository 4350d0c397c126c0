import { type DescribedApdu, describeExchange } from '#kernel/emv/describe-apdu.ts';
import { type DescribedField, describeMessage } from '#kernel/iso8583/describe.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import { TESSERA_HOST } from '#kernel/iso8583/specs/tessera-host.ts';
import type { ScoreAnswer } from '#kernel/transaction/payment.ts';
import type { DemoResult, DemoTimings } from './demo-sale.ts';

/** A message to or from the host, masked. */
export interface DemoMessage {
  readonly direction: 'sent' | 'received';
  readonly mti: string;
  readonly fields: readonly DescribedField[];
}

/** The demonstration for machines. Sensitive data is masked. */
export interface DemoJson {
  readonly outcome: DemoResult['outcome'];
  readonly amountMinor: number;
  /** ISO 4217 letters. */
  readonly currency: string;
  readonly apdus: readonly DescribedApdu[];
  readonly messages: readonly DemoMessage[];
  readonly score: ScoreAnswer | null;
  readonly timingsMs: DemoTimings;
}

/** The result of a demonstration as one JSON object. */
export function demoJson(result: DemoResult): DemoJson {
  return {
    outcome: result.outcome,
    amountMinor: Number(result.amountMinor),
    currency: 'EUR',
    apdus: describeExchange(result.recording.apdus),
    messages: result.recording.exchanges.flatMap(({ request, answer }) => [
      described('sent', request),
      ...(answer ? [described('received', answer)] : []),
    ]),
    score: result.payment.answer?.score ?? null,
    timingsMs: result.timingsMs,
  };
}

function described(direction: DemoMessage['direction'], message: Message): DemoMessage {
  return { direction, mti: message.mti, fields: describeMessage(TESSERA_HOST, message) };
}

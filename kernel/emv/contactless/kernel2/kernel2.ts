import type { KernelStep } from '../../../transaction/commands.ts';
import type { KernelActivation } from '../kernel-activation.ts';
import type { ContactlessOutcome } from '../outcome.ts';
import { begin } from './begin.ts';
import { openDatabase } from './configuration.ts';
import { runEmvMode } from './emv-mode.ts';
import { runMagStripeMode } from './mag-stripe-mode.ts';
import { processOptions } from './processing-options.ts';
import type { ExchangeData } from './terminal-exchange.ts';
import { freshTornRecords } from './torn-records.ts';
import { newTransaction } from './transaction.ts';

/**
 * Kernel 2 (M/Chip and magnetic stripe mode), from the answer to the final SELECT to an outcome. A
 * terminal that exchanges data in the middle of a transaction gives its side as `exchangeData`.
 * Source: EMV Contactless Book C-2, 6, as publicly described by open kernels; the book itself is
 * not public, so the names of sections and steps are at second hand.
 */
export function* runKernel2(
  activation: KernelActivation,
  exchangeData?: ExchangeData,
): KernelStep<ContactlessOutcome> {
  const data = openDatabase(activation);
  const tornRecords = freshTornRecords(activation.input.tornRecords ?? [], data);
  const t = newTransaction(activation, data, exchangeData, tornRecords);
  const ended = (yield* begin(t)) ?? (yield* processOptions(t));
  if (ended) return ended;
  return t.mode === 'emv' ? yield* runEmvMode(t) : yield* runMagStripeMode(t);
}

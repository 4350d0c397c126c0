import type { Difference, DifferenceKind } from '#cloud/settlement/compare.ts';
import { amountText, currencyText } from './report.ts';

/** A difference in a line for people. */
export function differenceText({ kind, batch, where, differenceMinor }: Difference): string {
  const { terminalId, batchNumber, currency } = batch;
  const isLine = kind.startsWith('paid-');
  const place =
    where === undefined ? '' : isLine ? `, line ${where}` : `, ${transactionText(where)}`;
  const name = `terminal ${terminalId}, batch ${batchNumber} in ${currencyText(currency)}${place}`;
  return `${name}: ${WORDS[kind]} (${amountText(differenceMinor, currency)})`;
}

function transactionText(where: string): string {
  const [stan, transmittedAt] = where.split(' ');
  return `STAN ${stan} of ${transmittedAt}`;
}

const WORDS: Readonly<Record<DifferenceKind, string>> = {
  'totals-differ': 'the totals of terminal and host differ',
  'batch-only-at-host': 'the terminal does not know it',
  'batch-only-at-terminal': 'the host does not know it',
  'only-at-host': 'the terminal does not have it',
  'only-at-terminal': 'the host does not have it',
  'amount-differs': 'terminal and host have different amounts',
  'direction-differs': 'a purchase at the one, a refund at the other',
  'twice-at-terminal': 'the terminal has it twice',
  'twice-at-host': 'the host has it twice',
  'terminal-miscounted': "the terminal's transactions do not come to its totals",
  'host-miscounted': "the host's transactions do not come to its totals",
  'not-paid': 'the bank has not paid it',
  'paid-twice': 'the bank paid it again',
  'paid-unknown': 'the bank paid for no batch of ours',
  'paid-amount-differs': 'the bank paid another amount',
  'paid-late': 'the bank paid it late',
};

import { CURRENCY_CODES } from '#cloud/settlement/currency-codes.ts';
import type { Console } from '../command.ts';

/** Writes a report as JSON, with amounts and sequence numbers as digits in text, or as text. */
export function writeReport(report: unknown, text: string, json: boolean, console: Console): void {
  console.out(json ? `${JSON.stringify(report, plainly)}\n` : text);
}

/** Tells why something was not done; gives exit code 1. */
export function refuseAct(kind: string, text: string, json: boolean, console: Console): 1 {
  if (json) console.out(`${JSON.stringify({ error: { kind } })}\n`);
  console.err(`${text}\n`);
  return 1;
}

/** An amount for people: `-12.30 EUR`; minor units and the number of an unknown currency. */
export function amountText(amountMinor: bigint, currency: string): string {
  const known = [...CURRENCY_CODES].find(([, { numeric }]) => numeric === currency);
  if (!known) return `${amountMinor} (currency ${currency})`;
  const [letters, { exponent }] = known;
  const digits = `${amountMinor < 0n ? -amountMinor : amountMinor}`.padStart(exponent + 1, '0');
  const point = digits.length - exponent;
  const text = exponent === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return `${amountMinor < 0n ? '-' : ''}${text} ${letters}`;
}

/** `1 payment`, `2 payments`. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A currency for people: its letters, or its number. */
export function currencyText(currency: string): string {
  const known = [...CURRENCY_CODES].find(([, { numeric }]) => numeric === currency);
  return known ? known[0] : `currency ${currency}`;
}

/** Rows of columns that are as wide as they need to be, numbers to the right. */
export function tableText(rows: readonly (readonly string[])[], rightFrom = 99): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) =>
        i >= rightFrom ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line) => `${line}\n`).join('');
}

function plainly(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}

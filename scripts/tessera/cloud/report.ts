import type { Console } from '../command.ts';

/** Writes a report as JSON, with amounts and sequence numbers as digits in text, or as text. */
export function writeReport(report: unknown, text: string, json: boolean, console: Console): void {
  console.out(json ? `${JSON.stringify(report, plainly)}\n` : text);
}

function plainly(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}

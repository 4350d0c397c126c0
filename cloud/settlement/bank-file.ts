import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import type { BankLine } from './compare.ts';

/**
 * Reads a bank's settlement file: CSV, UTF-8, a header and one line for each payment, ends of line
 * LF or CRLF. Columns: `terminal` (8 characters), `batch` (from 1), `currency` (ISO 4217, three
 * digits), `direction` (`CRDT` paid to the merchant, `DBIT` taken), `amount` (minor units, digits).
 * No quotes, nothing else. Errors, with the line as path: `bad-header`, `bad-columns`,
 * `bad-value`.
 */
export function parseBankFile(
  text: string,
): Result<readonly BankLine[], Malformed<'bad-header' | 'bad-columns' | 'bad-value'>> {
  const [header, ...rows] = text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  if (header !== HEADER) return malformed('bad-header', '1', 0);
  const lines: BankLine[] = [];
  for (const [i, row] of rows.entries()) {
    const line = i + 2;
    const columns = row.split(',');
    if (columns.length !== 5) return malformed('bad-columns', `${line}`, 0);
    const [terminalId = '', batch = '', currency = '', direction = '', amount = ''] = columns;
    const isGood =
      /^[\x21-\x7e]{8}$/.test(terminalId) &&
      /^[1-9]\d{0,8}$/.test(batch) &&
      /^\d{3}$/.test(currency) &&
      /^(CRDT|DBIT)$/.test(direction) &&
      /^\d{1,15}$/.test(amount);
    if (!isGood) return malformed('bad-value', `${line}`, 0);
    const netMinor = direction === 'CRDT' ? BigInt(amount) : -BigInt(amount);
    lines.push({ terminalId, batchNumber: Number(batch), currency, netMinor, line });
  }
  return ok(lines);
}

const HEADER = 'terminal,batch,currency,direction,amount';

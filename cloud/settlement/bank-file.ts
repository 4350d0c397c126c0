import { createHash } from 'node:crypto';
import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { parseDay } from './bank-day.ts';
import { type CamtFault, parseCamt } from './camt-file.ts';
import type { BankLine } from './compare.ts';

/** Why a bank's file was refused: CSV with the line as path, XML with its element. */
export type BankFileFault = CamtFault | CsvFault;

type CsvFault = Malformed<'bad-header' | 'bad-columns' | 'bad-value'>;

/** A bank's file as it was read. */
export interface ReadBankFile {
  readonly lines: readonly BankLine[];
  /** SHA-256 of its bytes, hex. */
  readonly sha256: string;
}

/** Reads a bank's file as `readBankFile` does, with what tells it from any other. */
export function identifyBankFile(bytes: Uint8Array): Result<ReadBankFile, BankFileFault> {
  const lines = readBankFile(bytes);
  if (!lines.ok) return lines;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return ok({ lines: lines.value, sha256 });
}

/** Reads a bank's file: XML is a camt.053 or camt.054, anything else the CSV. */
export function readBankFile(bytes: Uint8Array): Result<readonly BankLine[], BankFileFault> {
  const text = new TextDecoder().decode(bytes);
  return text.trimStart().startsWith('<') ? parseCamt(bytes) : parseBankFile(text);
}

/**
 * Reads a bank's settlement file: CSV, UTF-8, a header and one line for each payment, ends of line
 * LF or CRLF. Columns: `terminal` (8 characters), `batch` (from 1), `currency` (ISO 4217, three
 * digits), `direction` (`CRDT` paid to the merchant, `DBIT` taken), `amount` (minor units, digits)
 * and, if the header has it, `booked` (the day, YYYY-MM-DD). No quotes, nothing else. Errors, with
 * the line as path: `bad-header`, `bad-columns`, `bad-value`.
 */
export function parseBankFile(text: string): Result<readonly BankLine[], CsvFault> {
  const [header, ...rows] = text.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  if (header !== HEADER && header !== DATED_HEADER) return malformed('bad-header', '1', 0);
  const columns = header.split(',').length;
  const lines: BankLine[] = [];
  for (const [i, row] of rows.entries()) {
    const values = row.split(',');
    if (values.length !== columns) return malformed('bad-columns', `${i + 2}`, 0);
    const line = readLine(values, i + 2);
    if (!line) return malformed('bad-value', `${i + 2}`, 0);
    lines.push(line);
  }
  return ok(lines);
}

const HEADER = 'terminal,batch,currency,direction,amount';
const DATED_HEADER = `${HEADER},booked`;

function readLine(values: readonly string[], line: number): BankLine | undefined {
  const [terminalId = '', batch = '', currency = '', direction = '', amount = ''] = values;
  const bookedOn = values[5] === undefined ? undefined : parseDay(values[5]);
  const isGood =
    /^[\x21-\x7e]{8}$/.test(terminalId) &&
    /^[1-9]\d{0,8}$/.test(batch) &&
    /^\d{3}$/.test(currency) &&
    /^(CRDT|DBIT)$/.test(direction) &&
    /^\d{1,15}$/.test(amount) &&
    (values[5] === undefined || bookedOn !== undefined);
  if (!isGood) return undefined;
  const netMinor = direction === 'CRDT' ? BigInt(amount) : -BigInt(amount);
  const day = bookedOn === undefined ? {} : { bookedOn };
  return { terminalId, batchNumber: Number(batch), currency, netMinor, line, ...day };
}

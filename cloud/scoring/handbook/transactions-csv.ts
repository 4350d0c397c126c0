import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { type CsvFault, CsvReader } from './csv-fields.ts';
import { orderOfTime, reorder, type Transactions } from './transactions.ts';

/** Transactions of a file, and the file's row (0 is the first under the header) of each. */
export interface FileTransactions {
  readonly transactions: Transactions;
  readonly fileRow: Uint32Array;
}

/** The columns that a file must have, in any order and among others. */
export const CSV_COLUMNS = [
  'TX_DATETIME',
  'CUSTOMER_ID',
  'TERMINAL_ID',
  'TX_AMOUNT',
  'TX_FRAUD',
] as const;

type ColumnName = (typeof CSV_COLUMNS)[number];

/**
 * Reads transactions from CSV with a header, as the handbook's data frames have it: TX_DATETIME
 * (`2018-04-01 00:00:31`, a T and decimals of seconds allowed, no zone), CUSTOMER_ID and
 * TERMINAL_ID (any text), TX_AMOUNT (a number of 0 or more), TX_FRAUD (0 or 1). Rows are sorted by
 * time.
 */
export function parseTransactionsCsv(bytes: Uint8Array): Result<FileTransactions, CsvFault> {
  const reader = new CsvReader(bytes);
  const header = readHeader(reader);
  if (!header.ok) return header;
  const { places, width } = header.value;
  const rows = new FileRows(places);
  for (let more = reader.next(); more !== false; more = reader.next()) {
    if (more !== true) return fail(more);
    const fault = reader.count === width ? rows.read(reader) : fieldCount(reader, width);
    if (fault) return fail(fault);
  }
  return ok(rows.finish());
}

interface Header {
  readonly places: Readonly<Record<ColumnName, number>>;
  readonly width: number;
}

function readHeader(reader: CsvReader): Result<Header, CsvFault> {
  const found = reader.next();
  if (found === false) return fail(reader.fault('empty', '', 0));
  if (found !== true) return fail(found);
  const names = Array.from({ length: reader.count }, (_, i) => reader.text(i));
  const places: Partial<Record<ColumnName, number>> = {};
  for (const name of CSV_COLUMNS) {
    const place = names.indexOf(name);
    if (place < 0) return fail(reader.fault('missing-column', name, 0));
    const again = names.indexOf(name, place + 1);
    if (again >= 0) return fail(reader.fault('repeated-column', name, again));
    places[name] = place;
  }
  return ok({ places: places as Record<ColumnName, number>, width: names.length });
}

function fieldCount(reader: CsvReader, width: number): CsvFault {
  return reader.fault('field-count', '', Math.min(reader.count, width));
}

const AMOUNT = /^\d+(\.\d*)?([eE][+-]?\d+)?$|^\.\d+$/;

class FileRows {
  readonly #places: Header['places'];
  readonly #seconds: number[] = [];
  readonly #customer: number[] = [];
  readonly #terminal: number[] = [];
  readonly #amount: number[] = [];
  readonly #fraud: number[] = [];
  readonly #customers = new Map<string, number>();
  readonly #terminals = new Map<string, number>();
  readonly #days = new Map<string, number>();

  constructor(places: Header['places']) {
    this.#places = places;
  }

  read(reader: CsvReader): CsvFault | undefined {
    const text = (name: ColumnName): string => reader.text(this.#places[name]);
    const fault = (kind: CsvFault['kind'], name: ColumnName): CsvFault =>
      reader.fault(kind, name, this.#places[name]);
    const seconds = this.#parseTime(text('TX_DATETIME'));
    if (seconds === undefined) return fault('bad-time', 'TX_DATETIME');
    const [customer, terminal] = [text('CUSTOMER_ID'), text('TERMINAL_ID')];
    if (customer === '') return fault('no-value', 'CUSTOMER_ID');
    if (terminal === '') return fault('no-value', 'TERMINAL_ID');
    const amount = text('TX_AMOUNT');
    if (!AMOUNT.test(amount) || !Number.isFinite(Number(amount)))
      return fault('bad-amount', 'TX_AMOUNT');
    const label = text('TX_FRAUD');
    if (label !== '0' && label !== '1') return fault('bad-label', 'TX_FRAUD');
    this.#seconds.push(seconds);
    this.#customer.push(numberOf(this.#customers, customer));
    this.#terminal.push(numberOf(this.#terminals, terminal));
    this.#amount.push(Number(amount));
    this.#fraud.push(Number(label));
    return undefined;
  }

  finish(): FileTransactions {
    const unsorted: Transactions = {
      seconds: Float64Array.from(this.#seconds),
      customer: Uint32Array.from(this.#customer),
      terminal: Uint32Array.from(this.#terminal),
      amount: Float64Array.from(this.#amount),
      fraud: Uint8Array.from(this.#fraud),
      customerCount: this.#customers.size,
      terminalCount: this.#terminals.size,
    };
    const fileRow = orderOfTime(unsorted.seconds);
    return { transactions: reorder(unsorted, fileRow), fileRow };
  }

  #parseTime(text: string): number | undefined {
    const parts = TIME.exec(text);
    if (!parts) return undefined;
    const [, date = '', hours, minutes, seconds] = parts;
    let day = this.#days.get(date);
    if (day === undefined) {
      const ms = Date.parse(`${date}T00:00:00Z`);
      // A 31st of April is read as the 1st of May, or not at all.
      if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date) return undefined;
      day = ms / 1000;
      this.#days.set(date, day);
    }
    return day + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  }
}

const TIME = /^(\d{4}-\d\d-\d\d)[ T]([01]\d|2[0-3]):([0-5]\d):([0-5]\d(?:\.\d+)?)$/;

/** Numbers names from 0 in the order in which they come. */
function numberOf(numbers: Map<string, number>, name: string): number {
  const known = numbers.get(name);
  if (known !== undefined) return known;
  numbers.set(name, numbers.size);
  return numbers.size - 1;
}

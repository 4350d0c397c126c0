/** Where a fault lies in a text of lines: byte, line and column (in bytes), both from 1. */
export interface CsvFault {
  readonly kind:
    | 'empty'
    | 'missing-column'
    | 'repeated-column'
    | 'bad-quote'
    | 'field-count'
    | 'bad-time'
    | 'bad-amount'
    | 'bad-label'
    | 'no-value';
  /** The column's name, where it is of one. */
  readonly path: string;
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Reads comma-separated fields off UTF-8 text, line by line (RFC 4180: a field in quotes may hold
 * commas, line ends and doubled quotes). Empty lines are passed over.
 */
export class CsvReader {
  readonly #bytes: Buffer;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #at: number;
  #lineStart = 0;
  #line = 0;
  #linesWithin = 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  }

  /** How many fields the present line has. */
  get count(): number {
    return this.#starts.length;
  }

  /** Goes to the next line that is not empty. False at the end; a fault for a wrong quote. */
  next(): boolean | CsvFault {
    const bytes = this.#bytes;
    do {
      if (this.#at >= bytes.length) return false;
      this.#line += this.#linesWithin;
      this.#linesWithin = 1;
      this.#lineStart = this.#at;
      const fault = this.#readLine();
      if (fault) return fault;
    } while (this.#ends.length === 1 && this.#starts[0] === this.#ends[0]);
    return true;
  }

  /** A field of the present line without its quotes. */
  text(field: number): string {
    const [start, end] = [this.#starts[field] ?? 0, this.#ends[field] ?? 0];
    if (this.#bytes[start] !== QUOTE) return this.#bytes.toString('utf8', start, end);
    return this.#bytes.toString('utf8', start + 1, end - 1).replaceAll('""', '"');
  }

  /** The fault of a field of the present line. */
  fault(kind: CsvFault['kind'], path: string, field: number): CsvFault {
    return this.#faultAt(kind, path, this.#starts[field] ?? this.#ends.at(-1) ?? this.#at);
  }

  #faultAt(kind: CsvFault['kind'], path: string, offset: number): CsvFault {
    const line = Math.max(this.#line, 1);
    return { kind, path, offset, line, column: offset - this.#lineStart + 1 };
  }

  #readLine(): CsvFault | undefined {
    const bytes = this.#bytes;
    this.#starts.length = 0;
    this.#ends.length = 0;
    for (;;) {
      const start = this.#at;
      if (bytes[start] === QUOTE) {
        if (!this.#passQuoted()) return this.#faultAt('bad-quote', '', start);
      } else {
        let at = start;
        while (at < bytes.length && bytes[at] !== COMMA && bytes[at] !== LINE_FEED) at++;
        this.#at = at;
      }
      const ended = bytes[this.#at] !== COMMA;
      const unquoted = bytes[start] !== QUOTE;
      const isReturn = ended && unquoted && bytes[this.#at - 1] === CARRIAGE_RETURN;
      this.#starts.push(start);
      this.#ends.push(this.#at - (isReturn && this.#at > start ? 1 : 0));
      if (!ended) {
        this.#at++;
        continue;
      }
      if (bytes[this.#at] === CARRIAGE_RETURN) this.#at++;
      this.#at++;
      return undefined;
    }
  }

  /** Passes a quoted field; false if it does not end, or does not end where a field may. */
  #passQuoted(): boolean {
    const bytes = this.#bytes;
    for (let at = this.#at + 1; at < bytes.length; at++) {
      if (bytes[at] === LINE_FEED) this.#linesWithin++;
      if (bytes[at] !== QUOTE) continue;
      if (bytes[at + 1] === QUOTE) {
        at++;
        continue;
      }
      this.#at = at + 1;
      const [after, next] = [bytes[at + 1], bytes[at + 2]];
      return (
        after === undefined ||
        after === COMMA ||
        after === LINE_FEED ||
        (after === CARRIAGE_RETURN && next === LINE_FEED)
      );
    }
    return false;
  }
}

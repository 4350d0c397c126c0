import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { type DolEntry, parseDol } from '#kernel/tlv/dol.ts';

/** What a card asks a terminal for, and how to read what it was sent. EMV 4.4 Book 3, 5.4. */
export class DataObjectList {
  readonly bytes: Uint8Array;
  readonly lengthBytes: number;
  readonly #entries: readonly DolEntry[];

  /** Throws for hex that is no data object list. */
  constructor(listHex: string) {
    this.bytes = hex(listHex);
    this.#entries = expectOk(parseDol(this.bytes));
    this.lengthBytes = this.#entries.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0);
  }

  /** The value sent for a tag among those of the whole list; undefined where it is not asked. */
  find(values: Uint8Array, tag: string): Uint8Array | undefined {
    let at = 0;
    for (const entry of this.#entries) {
      if (entry.tag === tag) return values.subarray(at, at + entry.lengthBytes);
      at += entry.lengthBytes;
    }
    return undefined;
  }
}

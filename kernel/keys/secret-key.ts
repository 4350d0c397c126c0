import { encodeHex, parseHex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';

const SHOWN = '[secret key]';

/**
 * Key material that cannot be printed, serialised or compared by accident: as text, in JSON and in
 * a debugger it is `[secret key]`, and its bytes are no property. `reveal` is the only way out.
 */
export class SecretKey {
  readonly #bytes: Uint8Array;

  /** Takes a copy. The length is looked at where the key is used. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes.slice();
  }

  /** Reads a key from hex. Error: `bad-key`, without the offset, which would tell of its digits. */
  static parse(text: string): Result<SecretKey, Malformed<'bad-key'>> {
    const bytes = parseHex(text);
    return bytes.ok ? ok(new SecretKey(bytes.value)) : malformed('bad-key', 'key', 0);
  }

  get lengthBytes(): number {
    return this.#bytes.length;
  }

  /** A copy of the bytes, for a cipher or for who asked for the key itself. */
  reveal(): Uint8Array {
    return this.#bytes.slice();
  }

  /** The bytes in upper-case hex, for who asked for the key itself. */
  revealHex(): string {
    return encodeHex(this.#bytes);
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return SHOWN;
  }
}

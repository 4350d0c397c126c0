import { concatBytes } from '../bytes/bytes.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import type { FrameDecoder, Framing } from '../ports/host-link.ts';

/**
 * Messages preceded by their length in two bytes, big-endian. A frame that is empty or longer than
 * `maxBytes` is refused as `bad-frame-length`, at its offset in the stream.
 */
export function lengthPrefixed(maxBytes: number): Framing {
  if (maxBytes < 1 || maxBytes > 0xffff) throw new RangeError('maxBytes is 1 to 65535');
  return {
    encode(message) {
      if (message.length < 1 || message.length > maxBytes) {
        throw new RangeError(`a message of ${message.length} bytes cannot be framed`);
      }
      return concatBytes(Uint8Array.of(message.length >> 8, message.length & 255), message);
    },
    decoder: () => new LengthPrefixedDecoder(maxBytes),
  };
}

class LengthPrefixedDecoder implements FrameDecoder {
  readonly #maxBytes: number;
  #pending = new Uint8Array(0);
  #offset = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): Result<readonly Uint8Array[], Malformed<'bad-frame-length'>> {
    let bytes = concatBytes(this.#pending, chunk);
    const messages: Uint8Array[] = [];
    while (bytes.length >= 2) {
      const length = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
      if (length < 1 || length > this.#maxBytes) {
        return malformed('bad-frame-length', '', this.#offset);
      }
      if (bytes.length < 2 + length) break;
      messages.push(bytes.slice(2, 2 + length));
      bytes = bytes.subarray(2 + length);
      this.#offset += 2 + length;
    }
    this.#pending = bytes.slice();
    return ok(messages);
  }
}

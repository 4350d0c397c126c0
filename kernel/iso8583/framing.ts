import { concatBytes } from '../bytes/bytes.ts';
import { fail, type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import type { FrameDecoder, Framing } from '../ports/host-link.ts';

/** The formats there are, by name. */
export const FRAME_FORMATS = ['binary-2', 'bcd-2', 'ascii-4', 'vmlh'] as const;

/** How messages are told apart on a stream: what stands before each. */
export type FrameFormat =
  /** Two bytes, big-endian: the length of the message. */
  | 'binary-2'
  /** Two bytes of BCD: the length of the message, to 9999. */
  | 'bcd-2'
  /** Four ASCII digits: the length of the message. */
  | 'ascii-4'
  /** Four bytes: the length in two, a reserved one, and one whose high digit is 2 for session
   * control: what it frames, be it nothing, is no message and is left out. */
  | 'vmlh';

type FrameError = Malformed<'bad-frame-length'>;

interface Header {
  readonly lengthBytes: number;
  readonly max: number;
  /** The length of the message; undefined where these bytes are no length. */
  read(bytes: Uint8Array): number | undefined;
  write(length: number): Uint8Array;
}

/**
 * Messages preceded by their length in two bytes, big-endian. A frame that is empty or longer than
 * `maxBytes` is refused as `bad-frame-length`, at its offset in the stream.
 */
export function lengthPrefixed(maxBytes: number): Framing {
  return framed('binary-2', maxBytes);
}

/** Messages of at most `maxBytes` behind a length of this format. */
export function framed(format: FrameFormat, maxBytes: number): Framing {
  const header = HEADERS[format];
  if (maxBytes < 1 || maxBytes > header.max) {
    throw new RangeError(`maxBytes is 1 to ${header.max}`);
  }
  return {
    encode(message) {
      if (message.length < 1 || message.length > maxBytes) {
        throw new RangeError(`a message of ${message.length} bytes cannot be framed`);
      }
      return concatBytes(header.write(message.length), message);
    },
    decoder: () => new StreamDecoder(header, maxBytes, format === 'vmlh'),
  };
}

/**
 * The messages in bytes that are there whole, such as a recording. Errors: `bad-frame-length`, and
 * `frame-truncated` where the last message is not complete.
 */
export function splitFrames(
  format: FrameFormat,
  maxBytes: number,
  bytes: Uint8Array,
): Result<readonly Uint8Array[], Malformed<'bad-frame-length' | 'frame-truncated'>> {
  const decoder = new StreamDecoder(HEADERS[format], maxBytes, format === 'vmlh');
  const messages = decoder.push(bytes);
  const isCut = messages.ok && decoder.pendingBytes > 0;
  return isCut ? malformed('frame-truncated', '', bytes.length) : messages;
}

/** A message without its TPDU, and the TPDU for the way back. */
export interface TpduMessage {
  readonly message: Uint8Array;
  /** Identifier, destination and source as they came: 5 bytes. */
  readonly tpdu: Uint8Array;
}

const TPDU_BYTES = 5;
const TPDU_IDENTIFIER = 0x60;

/**
 * Takes the transport header off a message: `60`, two bytes of destination, two of source. Error:
 * `bad-tpdu`. Source: ISO 8583 over X.25 and TCP as terminals have it (TPDU, ECMA-98 derived).
 */
export function splitTpdu(bytes: Uint8Array): Result<TpduMessage, Malformed<'bad-tpdu'>> {
  if (bytes.length < TPDU_BYTES || bytes[0] !== TPDU_IDENTIFIER) {
    return malformed('bad-tpdu', 'tpdu', Math.min(bytes.length, TPDU_BYTES));
  }
  return ok({ tpdu: bytes.subarray(0, TPDU_BYTES), message: bytes.subarray(TPDU_BYTES) });
}

/** The TPDU of the answer: destination and source change places. `tpdu` is 5 bytes. */
export function answerTpdu(tpdu: Uint8Array): Uint8Array {
  if (tpdu.length !== TPDU_BYTES) throw new RangeError('a TPDU is 5 bytes');
  return concatBytes(tpdu.subarray(0, 1), tpdu.subarray(3, 5), tpdu.subarray(1, 3));
}

const HEADERS: Readonly<Record<FrameFormat, Header>> = {
  'binary-2': {
    lengthBytes: 2,
    max: 0xffff,
    read: ([high = 0, low = 0]) => high * 256 + low,
    write: (length) => Uint8Array.of(length >> 8, length & 255),
  },
  'bcd-2': {
    lengthBytes: 2,
    max: 9999,
    read: ([high = 0, low = 0]) => digits([high >> 4, high & 15, low >> 4, low & 15]),
    write(length) {
      const [a = 0, b = 0, c = 0, d = 0] = [...String(length).padStart(4, '0')].map(Number);
      return Uint8Array.of(a * 16 + b, c * 16 + d);
    },
  },
  'ascii-4': {
    lengthBytes: 4,
    max: 9999,
    read: (bytes) => digits(Array.from(bytes, (byte) => byte - 0x30)),
    write: (length) =>
      Uint8Array.from([...String(length).padStart(4, '0')], (digit) => digit.charCodeAt(0)),
  },
  vmlh: {
    lengthBytes: 4,
    max: 0xffff,
    read: ([high = 0, low = 0]) => high * 256 + low,
    write: (length) => Uint8Array.of(length >> 8, length & 255, 0, 0),
  },
};

/** The high digit of the last byte of a VMLH, as public implementations read it. */
const SESSION_CONTROL = 2;

function digits(values: readonly number[]): number | undefined {
  if (!values.every((value) => value >= 0 && value <= 9)) return undefined;
  return values.reduce((number, value) => number * 10 + value, 0);
}

/** Keeps what is not a whole message yet. A stream with a fault in it has ended. */
class StreamDecoder implements FrameDecoder {
  readonly #header: Header;
  readonly #maxBytes: number;
  readonly #hasControl: boolean;
  /** What is kept, with room for more: what comes byte by byte is not copied each time. */
  #buffer = new Uint8Array(0);
  #kept = 0;
  /** Of fewer bytes than these nothing can be said. */
  #wanted: number;
  #offset = 0;
  #fault: FrameError | undefined;

  constructor(header: Header, maxBytes: number, hasControl: boolean) {
    this.#header = header;
    this.#maxBytes = maxBytes;
    this.#hasControl = hasControl;
    this.#wanted = header.lengthBytes;
  }

  /** How many bytes of a message that is not whole are kept. */
  get pendingBytes(): number {
    return this.#kept;
  }

  push(chunk: Uint8Array): Result<readonly Uint8Array[], FrameError> {
    if (this.#fault) return fail(this.#fault);
    this.#keep(chunk);
    if (this.#kept < this.#wanted) return ok([]);
    const bytes = this.#buffer.subarray(0, this.#kept);
    const { lengthBytes } = this.#header;
    const messages: Uint8Array[] = [];
    let at = 0;
    this.#wanted = lengthBytes;
    while (bytes.length - at >= lengthBytes) {
      const head = bytes.subarray(at, at + lengthBytes);
      const isControl = this.#hasControl && (head[3] ?? 0) >> 4 === SESSION_CONTROL;
      const length = this.#header.read(head) ?? -1;
      if (length < (isControl ? 0 : 1) || length > this.#maxBytes) {
        this.#fault = { kind: 'bad-frame-length', path: '', offset: this.#offset + at };
        return fail(this.#fault);
      }
      const end = at + lengthBytes + length;
      if (bytes.length < end) {
        this.#wanted = end - at;
        break;
      }
      if (!isControl) messages.push(bytes.slice(at + lengthBytes, end));
      at = end;
    }
    bytes.copyWithin(0, at);
    this.#kept -= at;
    this.#offset += at;
    return ok(messages);
  }

  #keep(chunk: Uint8Array): void {
    const count = this.#kept + chunk.length;
    if (count > this.#buffer.length) {
      const larger = new Uint8Array(2 * count);
      larger.set(this.#buffer.subarray(0, this.#kept));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#kept);
    this.#kept = count;
  }
}

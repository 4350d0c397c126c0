import type { Malformed } from '../bytes/result.ts';
import type { FieldErrorKind } from './reader.ts';

const BLOCK_BYTES = 8192;
/** What a message finds at least; the few that are longer make room of their own. */
const ROOM_BYTES = 1024;

/**
 * What is being written, in a block that holds what was written before it too: making room costs
 * more than filling it, so it is made for many at once. The first fault is kept.
 */
export class Writer {
  bytes: Uint8Array = new Uint8Array(BLOCK_BYTES);
  at = 0;
  fault: Malformed<FieldErrorKind> | undefined;
  #start = 0;

  /** Begins anew; what was handed out stays as it is. */
  reset(): void {
    if (this.bytes.length - this.#start < ROOM_BYTES) {
      this.bytes = new Uint8Array(BLOCK_BYTES);
      this.#start = 0;
    }
    this.at = this.#start;
    this.fault = undefined;
  }

  /** Hands out what was written: a part of the block, as Node's Buffers are. */
  written(): Uint8Array {
    const start = this.#start;
    this.#start = this.at;
    return new Uint8Array(this.bytes.buffer, start, this.at - start);
  }

  /** Makes room for this many bytes more; gives where they go. */
  reserve(count: number): number {
    if (this.at + count > this.bytes.length) this.#grow(count);
    const { at } = this;
    this.at = at + count;
    return at;
  }

  /** Writes bytes as they are. */
  put(bytes: Uint8Array): void {
    // First the place: making room may give way to another buffer.
    const start = this.reserve(bytes.length);
    this.bytes.set(bytes, start);
  }

  /** Keeps a fault. `offset` counts characters or bytes of the value. */
  fail(kind: FieldErrorKind, path: string, offset: number): void {
    this.fault ??= { kind, path, offset };
  }

  /** Goes on in a larger block; places stay what they are. */
  #grow(count: number): void {
    const larger = new Uint8Array(2 * (this.at + count));
    larger.set(this.bytes.subarray(this.#start, this.at), this.#start);
    this.bytes = larger;
  }
}

import type { Malformed } from '../bytes/result.ts';
import type { FieldErrorKind } from './reader.ts';

const FIRST_BYTES = 512;

/** What has been written, in a buffer that grows. The first fault is kept. */
export class Writer {
  bytes: Uint8Array = new Uint8Array(FIRST_BYTES);
  at = 0;
  fault: Malformed<FieldErrorKind> | undefined;

  /** Forgets what was written, so that the buffer serves the next message. */
  reset(): void {
    this.at = 0;
    this.fault = undefined;
  }

  /** A copy of what was written. */
  written(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }

  /** Makes room for this many bytes more; gives where they go. */
  reserve(count: number): number {
    const { at } = this;
    if (at + count > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, at + count));
      larger.set(this.bytes);
      this.bytes = larger;
    }
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
}

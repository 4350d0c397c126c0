import type { Malformed } from '../bytes/result.ts';

/** Why a field is malformed. */
export type FieldErrorKind =
  | 'length-truncated'
  | 'bad-length'
  | 'value-truncated'
  | 'bad-character'
  | 'bad-pad'
  | 'wrong-type'
  | 'bitmap-truncated'
  | 'bad-bitmap'
  | 'unknown-field'
  | 'missing-field'
  | 'repeated-field'
  | 'trailing-bytes'
  | 'bad-tlv'
  | 'too-deep';

/**
 * Where reading stands. The first fault is kept and ends it: a codec that meets one gives nothing,
 * and so does everything above it.
 */
export class Reader {
  readonly bytes: Uint8Array;
  at: number;
  /** Where the part being read ends; a composite field sets it for its own parts. */
  end: number;
  fault: Malformed<FieldErrorKind> | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.at = 0;
    this.end = bytes.length;
  }

  /** Keeps a fault. `offset` counts bytes of the whole message. */
  fail(kind: FieldErrorKind, path: string, offset: number): undefined {
    this.fault ??= { kind, path, offset };
    return undefined;
  }
}

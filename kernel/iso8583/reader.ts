import type { Malformed } from '../bytes/result.ts';
import type { FieldValue } from './spec.ts';

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
  | 'bad-tlv';

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
  /** Of the field that the fault lies in, what had been read before it. */
  partial: FieldValue | undefined;

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

  /** Keeps the parts that were read before a fault, and those within the part it lies in. */
  keep(parts: Readonly<Record<string, FieldValue>>, id: string): undefined {
    const inner = this.partial;
    if (inner === undefined && Object.keys(parts).length === 0) return undefined;
    this.partial = inner === undefined ? parts : { ...parts, [id]: inner };
    return undefined;
  }
}

import type { Sensitivity } from '../emv/dictionary/sensitivity.ts';

/** How the content of a field is written. */
export type FieldEncoding =
  /** One character a byte. */
  | 'ascii'
  /** Two digits a byte; an odd count is padded on the side `pad` names. */
  | 'bcd'
  /** Bytes as they are. */
  | 'binary';

/**
 * How the length of a field is known. `unit` is what the prefix counts and what `length` and `max`
 * are given in: digits or characters of the value, or bytes.
 */
export type FieldLength =
  | { readonly kind: 'fixed'; readonly length: number }
  | {
      readonly kind: 'prefixed';
      /** 2 for LL, 3 for LLL. */
      readonly prefixDigits: 1 | 2 | 3 | 4;
      readonly prefixEncoding: 'ascii' | 'bcd' | 'binary';
      readonly max: number;
    };

/** Which characters a value may hold (ISO 8583:1987, 4.2). */
export type FieldFormat =
  /** Digits. */
  | 'n'
  /** Letters and digits. */
  | 'an'
  /** Letters, digits and special characters. */
  | 'ans'
  /** Track 2 characters: digits, `=` or `D`, and an `F` pad. */
  | 'z'
  /** Bytes. */
  | 'b';

/** One data element of a message specification: a row of data. */
export interface FieldSpec {
  readonly name: string;
  readonly format: FieldFormat;
  readonly encoding: FieldEncoding;
  readonly length: FieldLength;
  /** For `bcd` of an odd number of digits: where the filling zero nibble goes. */
  readonly pad?: 'left' | 'right';
  readonly sensitivity: Sensitivity;
  /** The value is itself a list of BER-TLV objects, described and masked tag by tag. */
  readonly content?: 'ber-tlv';
}

/** A whole message specification: data only, so that it can be read from JSON. */
export interface MessageSpec {
  readonly name: string;
  readonly mtiEncoding: 'ascii' | 'bcd';
  readonly bitmapEncoding: 'binary' | 'hex';
  /** By data element number, 2 to 128. Field 1, the secondary bitmap, is implied. */
  readonly fields: Readonly<Record<number, FieldSpec>>;
}

import type { Sensitivity } from '../emv/dictionary/sensitivity.ts';
import type { Tlv } from '../tlv/ber.ts';

/** How the content of a field is written. */
export type FieldEncoding =
  /** One character a byte. */
  | 'ascii'
  /** One character a byte, EBCDIC code page 037 or 1047. */
  | 'cp037'
  | 'cp1047'
  /** Two digits a byte; an odd count is padded on the side `pad` names. */
  | 'bcd'
  /** Bytes as they are. */
  | 'binary'
  /** Two hex digits a byte, in ASCII or in EBCDIC, whose code pages agree on them. */
  | 'hex'
  | 'hex-cp037';

/**
 * How a length prefix is written: decimal digits in a code page or in BCD, a number in binary, or
 * hex digits in ASCII.
 */
export type PrefixEncoding = 'ascii' | 'cp037' | 'cp1047' | 'bcd' | 'binary' | 'hex';

/**
 * What a length counts: by default the digits of a BCD field, the characters of a text, the bytes
 * of the value of anything binary, be it written in hex. In BCD `digits` and `nibbles` are one, the
 * filling nibble not among them, and `bytes` are those on the wire. Of binary and hex `nibbles`
 * and `digits` count two a byte, `characters` the hex digits. Of a text they are its characters;
 * it has no nibbles.
 */
export type LengthUnit = 'digits' | 'characters' | 'bytes' | 'nibbles';

/** How the length of a field is known; all numbers in its unit. */
export type FieldLength =
  | { readonly kind: 'fixed'; readonly length: number }
  | {
      readonly kind: 'prefixed';
      /** 2 for LL, 3 for LLL. In BCD and binary two digits take a byte, three take two. */
      readonly prefixDigits: 1 | 2 | 3 | 4;
      readonly prefixEncoding: PrefixEncoding;
      readonly unit?: LengthUnit;
      readonly min?: number;
      readonly max: number;
    };

/** Which characters a value may hold (ISO 8583:1987, 4.2). */
export type FieldFormat =
  /** Digits. */
  | 'n'
  /** Letters and spaces. */
  | 'a'
  /** Letters, digits and spaces. */
  | 'an'
  /** Letters, digits and special characters. */
  | 'ans'
  /** Track 2 characters: digits, `=` or `D`, and an `F` pad. */
  | 'z'
  /** `C` or `D` and digits: an amount with its sign. */
  | 'x+n'
  /** Bytes. */
  | 'b';

/** How a fixed text is filled when its value is shorter. */
export interface FieldFill {
  readonly side: 'left' | 'right';
  readonly character: string;
  /** Whether reading takes it off again; without that, writing what was read gives the same. */
  readonly strip?: boolean;
}

/** One data element of a message specification: a row of data. */
export interface FieldSpec {
  readonly name: string;
  readonly format: FieldFormat;
  readonly encoding: FieldEncoding;
  readonly length: FieldLength;
  /** For `bcd` of an odd number of digits: where the filling nibble goes (`F` for `z`, else 0). */
  readonly pad?: 'left' | 'right';
  readonly fill?: FieldFill;
  readonly sensitivity: Sensitivity;
  /**
   * What the bytes are: `ber-tlv` are checked and stay bytes, `ber-tlv-objects` become objects, a
   * composite becomes a record of its parts. The field's own format is then `b`.
   */
  readonly content?: FieldContent;
}

/** What a field is made of. */
export type FieldContent = 'ber-tlv' | 'ber-tlv-objects' | CompositeSpec;

/** How parts follow each other in one field; each is a field itself and may be composite. */
export type CompositeSpec =
  /** One after the other, each where the one before ends; trailing ones may be absent. */
  | {
      readonly kind: 'positional';
      readonly parts: readonly (FieldSpec & { readonly id: string })[];
      readonly optionalFrom?: number;
    }
  /** Each with its tag and its length. Without a row for its tag a part is kept as bytes. */
  | {
      readonly kind: 'tagged';
      readonly tagLength: number;
      readonly tagEncoding: 'ascii' | 'cp037' | 'cp1047' | 'binary';
      readonly prefixDigits: 1 | 2 | 3 | 4;
      readonly prefixEncoding: PrefixEncoding;
      readonly parts: Readonly<Record<string, FieldSpec>>;
    }
  /** A bitmap of its own, and the parts it names. */
  | {
      readonly kind: 'bitmap';
      readonly bitmapEncoding: BitmapEncoding;
      readonly bitmapBytes: number;
      readonly parts: Readonly<Record<number, FieldSpec>>;
    };

/** How a bitmap is written. All code pages of EBCDIC have the hex digits at the same places. */
export type BitmapEncoding = 'binary' | 'hex' | 'hex-cp037';

/** A whole message specification: data only, so that it can be read from JSON. */
export interface MessageSpec {
  readonly name: string;
  /** Bytes before the message type, as a field; most hosts have none. */
  readonly header?: FieldSpec;
  readonly mtiEncoding: 'ascii' | 'cp037' | 'cp1047' | 'bcd';
  readonly bitmapEncoding: BitmapEncoding;
  /** How many bitmaps there may be: 2 unless it says otherwise. */
  readonly maxBitmaps?: 1 | 2 | 3;
  /** By data element number, 2 to 192. Fields 1 and 65, the further bitmaps, are implied. */
  readonly fields: Readonly<Record<number, FieldSpec>>;
}

/** A specification without composite fields: every value is text or bytes. */
export interface PlainSpec extends MessageSpec {
  readonly fields: Readonly<Record<number, FieldSpec & { readonly content?: 'ber-tlv' }>>;
}

/** The value of a field: text, bytes for format `b`, objects, or a record of parts. */
export type FieldValue = PlainValue | readonly Tlv[] | CompositeValue;
/** The value of a field that is not composite. */
export type PlainValue = string | Uint8Array;
/** The parts of a composite field, by id, tag or number. */
export interface CompositeValue {
  readonly [part: string]: FieldValue;
}

/** The type of a field's value, from the literal of its row. */
export type ValueOf<F> = F extends { readonly content: 'ber-tlv-objects' }
  ? readonly Tlv[]
  : F extends { readonly content: { readonly kind: 'positional'; readonly parts: infer P } }
    ? P extends readonly { readonly id: string }[]
      ? { readonly [Part in P[number] as Part['id']]?: ValueOf<Part> }
      : CompositeValue
    : F extends { readonly content: { readonly parts: infer P } }
      ? { readonly [Id in keyof P]?: ValueOf<P[Id]> }
      : F extends { readonly format: 'b' }
        ? Uint8Array
        : F extends { readonly format: FieldFormat }
          ? FieldFormat extends F['format']
            ? FieldValue
            : string
          : never;

/** The type of a message's fields, from the literal of its specification. */
export type FieldsOf<S extends MessageSpec> = MessageSpec extends S
  ? Readonly<Record<number, FieldValue>>
  : S extends PlainSpec
    ? number extends keyof S['fields']
      ? Readonly<Record<number, PlainValue>>
      : { readonly [Number in keyof S['fields']]?: ValueOf<S['fields'][Number]> }
    : number extends keyof S['fields']
      ? Readonly<Record<number, FieldValue>>
      : { readonly [Number in keyof S['fields']]?: ValueOf<S['fields'][Number]> };

/** Checks a literal specification and keeps its exact type, so that values get theirs from it. */
export function defineSpec<const S extends MessageSpec>(spec: S): S {
  return spec;
}

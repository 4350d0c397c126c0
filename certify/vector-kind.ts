import type { Malformed, Result } from '#kernel/bytes/result.ts';

/** A value of a vector: what JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A JSON object. */
export type JsonObject = { readonly [name: string]: Json };

/**
 * One kind of vector and how it is run. A kind is total: it gives a typed error for any input that
 * is a JSON object, whatever is missing in it, and never throws.
 */
export interface VectorKind {
  /** As in the file, for example `tlv.decode`. */
  readonly kind: string;
  /** What the kernel makes of the input, or why it refused it. Compared is what `expect` lists. */
  run(input: JsonObject): Result<JsonObject, Malformed>;
  /**
   * What the kernel gave, written as the expected is, where the format leaves a choice: the same
   * values in another shape, and never other values. Total, as `run` is.
   */
  shapedAs?(expected: JsonObject, actual: JsonObject, input: JsonObject): JsonObject;
  /** Damaged inputs made of a valid vector's; each must be refused, with a typed error. */
  mutations?(input: JsonObject, expected: JsonObject): Iterable<Mutation>;
}

/** One damaged input. */
export interface Mutation {
  readonly damage: Damage;
  /** For people, for example `cut to 12 bytes`. */
  readonly name: string;
  readonly input: JsonObject;
}

/** The rows of the table of mutations in a report. */
export type Damage =
  | 'truncation'
  | 'trailing-byte'
  | 'length'
  | 'digit'
  | 'bitmap'
  | 'tag'
  | 'check-value'
  | 'mac';

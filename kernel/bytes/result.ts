/**
 * A value, or the reason there is none. The kernel returns these; it throws for programmer errors
 * only.
 */
export type Result<T, E = Malformed> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/**
 * Why input was refused: what kind of fault, where in the structure (`path`, for example `55.9F26`)
 * and at which byte of the input (`offset`). Never carries the bytes themselves.
 */
export interface Malformed<K extends string = string> {
  readonly kind: K;
  readonly path: string;
  readonly offset: number;
}

/** Wraps a value as a success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Wraps a reason as a failure. */
export function fail<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** The value of a result that the program knows to be a success. Throws when it is none. */
export function expectOk<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`unexpected ${result.error.kind} at ${result.error.path}`);
}

/** Builds the failure for malformed input at `path` and byte `offset`. */
export function malformed<K extends string>(
  kind: K,
  path: string,
  offset: number,
): { readonly ok: false; readonly error: Malformed<K> } {
  return { ok: false, error: { kind, path, offset } };
}

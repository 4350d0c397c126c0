/** Something that takes bytes from outside, and what must hold for every input. */
export interface FuzzTarget {
  readonly name: string;
  /** What must hold, in a few words. */
  readonly summary: string;
  /** Whether inputs are JSON text, which is damaged by member and not by byte only. */
  readonly json?: boolean;
  /** What the inputs are made of: valid ones, at least one. */
  corpus(): readonly Uint8Array[];
  /** Returns for a good run. Whatever it throws is a finding. */
  run(input: Uint8Array): void;
}

/** What must hold did not. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

/** Throws `BrokenPromise` unless the condition holds. */
export function mustHold(condition: boolean, what: string): asserts condition {
  if (!condition) throw new BrokenPromise(what);
}

/**
 * Which cryptogram the first GENERATE AC gave: two bits that all card verification results have.
 */
export const FIRST_CRYPTOGRAM = {
  bits: [6, 5],
  codes: { 0: 'First cryptogram: AAC', 1: 'First cryptogram: TC', 2: 'First cryptogram: ARQC' },
} as const;

/** Which cryptogram the second GENERATE AC gave. */
export const SECOND_CRYPTOGRAM = {
  bits: [8, 7],
  codes: {
    0: 'Second cryptogram: AAC',
    1: 'Second cryptogram: TC',
    2: 'Second cryptogram not requested',
  },
} as const;

/** A counter in four bits: what it counts, by its value. */
export function counterCodes(tell: (count: number) => string): Readonly<Record<number, string>> {
  return Object.fromEntries(Array.from({ length: 16 }, (_, count) => [count, tell(count)]));
}

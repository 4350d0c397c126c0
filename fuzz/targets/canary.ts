import { type FuzzTarget, mustHold } from '../target.ts';

/** A target with a planted bug: a fuzzer that does not find it finds nothing. */
export const canary: FuzzTarget = {
  name: 'canary',
  summary: 'a planted bug that must be found: two lengths that lie, one within the other',
  corpus: () => [Uint8Array.of(0x70, 0x04, 0x5a, 0x02, 0x12, 0x34)],
  run(input) {
    const [tag, outer = 0, inner, innerLength = 0] = input;
    if (tag !== 0x70 || inner !== 0x5a) return;
    mustHold(outer <= input.length || innerLength <= outer, 'planted');
  },
};

/** The same for a run that never ends. */
export const stuckCanary: FuzzTarget = {
  name: 'canary-stuck',
  summary: 'a planted endless loop that must be found: a length of zero',
  corpus: canary.corpus,
  run(input) {
    for (let at = 0; at + 1 < input.length; ) at += input[at + 1] ?? 1;
  },
};

import { damageBytes } from './damage.ts';
import { damageJson } from './damage-json.ts';
import { createRandom } from './random.ts';
import type { FuzzTarget } from './target.ts';

/** A run that went wrong, as small as it could be made. */
export interface Finding {
  readonly seed: number;
  readonly run: number;
  /** What was thrown. */
  readonly what: string;
  readonly input: Uint8Array;
  /** The smallest input found that still throws the same kind of error. */
  readonly minimised: Uint8Array;
}

/** The input of one run. It depends on the target's corpus, the seed and the number of the run. */
export function makeInput(target: FuzzTarget, seed: number, run: number): Uint8Array {
  const random = createRandom(seed, run);
  const corpus = corpusOf(target);
  return target.json ? damageJson(random, corpus) : damageBytes(random, corpus);
}

/** Does one run; gives what went wrong, or nothing. */
export function fuzzOnce(target: FuzzTarget, seed: number, run: number): Finding | undefined {
  const input = makeInput(target, seed, run);
  const thrown = attempt(target, input);
  if (!thrown) return undefined;
  const minimised = minimise(input, (smaller) => attempt(target, smaller)?.name === thrown.name);
  const what = attempt(target, minimised) ?? thrown;
  return { seed, run, what: `${what.name}: ${what.message}`, input, minimised };
}

const corpora = new WeakMap<FuzzTarget, readonly Uint8Array[]>();

function corpusOf(target: FuzzTarget): readonly Uint8Array[] {
  const known = corpora.get(target) ?? target.corpus();
  corpora.set(target, known);
  return known;
}

function attempt(target: FuzzTarget, input: Uint8Array): Error | undefined {
  try {
    // A copy, so that a target which writes into its input does not change what is reported.
    target.run(input.slice());
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('something that is no error was thrown');
  }
}

/** At most so many tries to make an input smaller. */
const MAX_TRIES = 5000;

/** Takes pieces out, large ones first, then sets bytes to zero, while the finding stays. */
function minimise(input: Uint8Array, stillFails: (smaller: Uint8Array) => boolean): Uint8Array {
  let best = input;
  let tries = 0;
  const accept = (candidate: Uint8Array): boolean => {
    tries += 1;
    if (tries > MAX_TRIES || !stillFails(candidate)) return false;
    best = candidate;
    return true;
  };
  for (let size = best.length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at + size <= best.length; ) {
      const without = Uint8Array.of(...best.subarray(0, at), ...best.subarray(at + size));
      if (!accept(without)) at += size;
    }
  }
  for (let at = 0; at < best.length; at++) {
    if (best[at] !== 0) accept(best.map((byte, i) => (i === at ? 0 : byte)));
  }
  return best;
}

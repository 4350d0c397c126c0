import type { Canary } from './canaries.ts';
import type { Laboratory } from './laboratory.ts';
import { type RunResult, simulate } from './run.ts';
import { SMALL, type SmallName, smallScenario } from './scenario.ts';
import type { Fault, Mishap } from './world/faults.ts';

/** One fault at one place of a small scenario. */
export interface Place extends Mishap {
  readonly scenario: SmallName;
  readonly seed: number;
  /** The run of the seed in which everything happens that the scenario is for. */
  readonly run: number;
  /** The await that it is at; empty for what is at none. */
  readonly where: string;
}

const MOST_RUNS = 200;

/**
 * Every place of a small scenario where one of these faults could happen: a run without any is made
 * first, and tells how often each could. Throws when no run of the seed shows what is wanted.
 */
export async function findPlaces(
  laboratory: Laboratory,
  seed: number,
  scenario: SmallName,
  faults: readonly Fault[],
): Promise<readonly Place[]> {
  for (let run = 0; run < MOST_RUNS; run++) {
    const result = await simulate(laboratory, {
      ...{ seed, run },
      scenario: (random) => smallScenario(random, scenario),
    });
    if (!SMALL[scenario].shows(result)) continue;
    return faults.flatMap((fault) =>
      (result.world.chances.get(fault) ?? []).map((where, index) => {
        return { scenario, seed, run, fault, nth: index + 1, where };
      }),
    );
  }
  throw new Error(`no run of seed ${seed} shows a whole ${scenario}`);
}

/** The scenario with its one fault. */
export function simulatePlace(
  laboratory: Laboratory,
  { scenario, seed, run, fault, nth }: Place,
  canary?: Canary,
): Promise<RunResult> {
  return simulate(laboratory, {
    ...{ seed, run, canary },
    scenario: (random) => smallScenario(random, scenario, { fault, nth }),
  });
}

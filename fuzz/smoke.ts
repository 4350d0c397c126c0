import { fuzzTarget } from './fuzz-target.ts';
import { FUZZ_TARGETS } from './registry.ts';
import type { FuzzTarget } from './target.ts';
import { canary, stuckCanary } from './targets/canary.ts';

const RUNS = 2000;
const SECONDS = 5;

/** A line for each target; 0 when nothing was found but the canaries, and those were. */
export async function smoke(seed: number, say: (line: string) => void): Promise<0 | 1> {
  say(`seed ${seed}`);
  let bad = 0;
  for (const target of FUZZ_TARGETS) if (!(await isSound(target, seed, say))) bad += 1;
  for (const target of [canary, stuckCanary]) {
    const { finding } = await fuzzTarget(target, { seed, seconds: SECONDS, stuckMs: 1000 });
    say(finding ? `found   ${target.name}, as it must be` : `MISSED  ${target.name}`);
    if (!finding) bad += 1;
  }
  return bad === 0 ? 0 : 1;
}

async function isSound(
  target: FuzzTarget,
  seed: number,
  say: (line: string) => void,
): Promise<boolean> {
  const { runs, finding } = await fuzzTarget(target, { seed, runs: RUNS, seconds: SECONDS });
  const again = `npm run fuzz -- ${target.name} --seed ${seed} --run ${finding?.run}`;
  say(
    finding
      ? `FOUND   ${target.name}: ${finding.what}; ${again}`
      : `ok      ${target.name}, ${runs} runs`,
  );
  return finding === undefined;
}

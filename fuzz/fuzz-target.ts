import { Worker } from 'node:worker_threads';
import { makeInput } from './engine.ts';
import type { FuzzEnd, FuzzTask } from './fuzz-worker.ts';
import type { FuzzTarget } from './target.ts';

/** How long to fuzz: whichever comes first. */
export interface FuzzBudget {
  readonly seed: number;
  readonly firstRun?: number;
  readonly runs?: number;
  readonly seconds?: number;
  /** A run that takes longer is a finding; 5 s. */
  readonly stuckMs?: number;
  /** Told each second how many runs were done in it. */
  readonly onSecond?: (runsPerSecond: number, runs: number) => void;
}

/** Fuzzes a target in a thread of its own, so that a run which never ends is a finding too. */
export function fuzzTarget(target: FuzzTarget, budget: FuzzBudget): Promise<FuzzEnd> {
  const { seed, firstRun = 0, runs = 2 ** 31 - 1, seconds = 3600, stuckMs = 5000 } = budget;
  const current = new Int32Array(new SharedArrayBuffer(4));
  current[0] = firstRun;
  const task: FuzzTask = { target: target.name, seed, firstRun, runs, seconds, current };
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), { workerData: task });
  return new Promise((resolve, reject) => {
    let last = firstRun;
    let movedAt = performance.now();
    const timer = setInterval(() => {
      const now = Atomics.load(current, 0);
      budget.onSecond?.(now - last, now - firstRun);
      if (now !== last) movedAt = performance.now();
      last = now;
      if (performance.now() - movedAt > stuckMs)
        finish({ runs: now - firstRun, finding: stuck(now) });
    }, 1000);
    const stuck = (run: number) => {
      const input = makeInput(target, seed, run);
      return { seed, run, what: `no end within ${stuckMs} ms`, input, minimised: input };
    };
    const finish = (end: FuzzEnd): void => {
      clearInterval(timer);
      worker.removeAllListeners();
      worker.terminate().then(() => resolve(end), reject);
    };
    worker.once('message', finish);
    worker.once('error', (error) => {
      clearInterval(timer);
      reject(error);
    });
  });
}

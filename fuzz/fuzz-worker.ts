import { parentPort, workerData } from 'node:worker_threads';
import { type Finding, fuzzOnce } from './engine.ts';
import { findTarget } from './registry.ts';

/** What a thread has to do. It stops after `runs` or `seconds`, or at its first finding. */
export interface FuzzTask {
  readonly target: string;
  readonly seed: number;
  readonly firstRun: number;
  readonly runs: number;
  readonly seconds: number;
  /** Holds the number of the run that is being done, for whoever finds the thread stuck. */
  readonly current: Int32Array<SharedArrayBuffer>;
}

/** How a thread ended. */
export interface FuzzEnd {
  readonly runs: number;
  readonly finding?: Finding;
}

const { target: name, seed, firstRun, runs, seconds, current } = workerData as FuzzTask;
parentPort?.postMessage(fuzz());

function fuzz(): FuzzEnd {
  const target = findTarget(name);
  if (!target) throw new Error(`no target ${name}`);
  const end = performance.now() + seconds * 1000;
  for (let done = 0; done < runs && performance.now() < end; done++) {
    Atomics.store(current, 0, firstRun + done);
    const finding = fuzzOnce(target, seed, firstRun + done);
    if (finding) return { runs: done + 1, finding };
  }
  return { runs: Atomics.load(current, 0) - firstRun + 1 };
}

import { parentPort, workerData } from 'node:worker_threads';
import { type Failure, judge, judgeMutations, type MutationRun } from './judge.ts';
import type { Vector } from './pack-text.ts';
import type { VectorKind } from './vector-kind.ts';

/** One vector to run. */
export interface VectorJob {
  readonly kind: string;
  readonly vector: Vector;
  readonly mutations: boolean;
}

/** What a worker is given: the module with all kinds, and what it has to run. */
export interface WorkerTask {
  readonly registryUrl: string;
  readonly jobs: readonly VectorJob[];
}

/** What a worker says, for each job in order: `vector`, then `mutations` where asked for. */
export type WorkerReport =
  | { readonly type: 'ready' }
  | { readonly type: 'vector'; readonly failure?: Failure; readonly ms: number }
  | { readonly type: 'mutations'; readonly run: MutationRun };

const task = workerData as WorkerTask;
const { VECTOR_KINDS } = (await import(task.registryUrl)) as {
  VECTOR_KINDS: ReadonlyMap<string, VectorKind>;
};
report({ type: 'ready' });
for (const job of task.jobs) runJob(job);

function runJob({ kind: name, vector, mutations }: VectorJob): void {
  const kind = VECTOR_KINDS.get(name);
  const started = performance.now();
  const failure = kind ? judge(kind, vector) : unknownKind(name, vector);
  reportVector(vector, performance.now() - started, failure);
  if (!mutations) return;
  const isSound = kind && !failure && vector.result === 'valid';
  const run = isSound ? judgeMutations(kind, vector) : { tallies: [], failures: [] };
  report({ type: 'mutations', run });
}

function unknownKind(kind: string, { expect }: Vector): Failure {
  return { reason: 'unknown-kind', expected: expect, actual: `there is no kind ${kind}` };
}

/** What the kernel gave may be more than JSON; that fails the vector and not the run. */
function reportVector({ expect }: Vector, ms: number, failure: Failure | undefined): void {
  try {
    report({ type: 'vector', ms, ...(failure && { failure }) });
  } catch {
    const crashed = { reason: 'crashed', expected: expect, actual: 'not JSON' } as const;
    report({ type: 'vector', ms, failure: crashed });
  }
}

function report(message: WorkerReport): void {
  parentPort?.postMessage(message);
}

import type { Failure, MutationRun } from './judge.ts';
import type { VectorFile } from './pack.ts';
import type { VectorJob, WorkerReport } from './vector-worker.ts';
import { type ThreadEnd, workerReports } from './worker-reports.ts';

/** What became of one vector. */
export interface VectorRun {
  readonly file: string;
  readonly kind: string;
  readonly id: string;
  readonly ms: number;
  /** Absent when it passed. */
  readonly failure?: Failure;
  /** Where mutations were asked for. */
  readonly mutations?: MutationRun;
  /** Its damaged inputs together did not end in time, or ended the thread. */
  readonly mutationsEnd?: 'hang' | 'crashed';
}

/** How a run is to be made. */
export interface RunOptions {
  /** Only vectors whose file name, kind or id holds this, in any case. */
  readonly filter?: string;
  /** Whether valid vectors are damaged too. */
  readonly mutations?: boolean;
  /** How long one vector may take, and again all its damaged inputs together; 10 s. */
  readonly deadlineMs?: number;
  /** A module that exports `VECTOR_KINDS`; the kernel's own unless given. */
  readonly registryUrl?: string;
  /** Told after each vector. */
  readonly onProgress?: (done: number, total: number, run: VectorRun) => void;
}

const DEADLINE_MS = 10_000;
const OUR_KINDS = new URL('./registry.ts', import.meta.url).href;

/**
 * Runs every vector, in order, in a thread of its own: one that throws, never ends or takes all the
 * memory fails, and the run goes on with the next. Throws when the registry cannot be loaded.
 */
export async function runVectors(
  files: readonly VectorFile[],
  options: RunOptions = {},
): Promise<readonly VectorRun[]> {
  const jobs = selectJobs(files, options);
  const runs: VectorRun[] = [];
  while (runs.length < jobs.length) {
    for await (const run of runInThread(jobs.slice(runs.length), options)) {
      runs.push(run);
      options.onProgress?.(runs.length, jobs.length, run);
    }
  }
  return runs;
}

interface Job extends VectorJob {
  readonly file: string;
}

function selectJobs(files: readonly VectorFile[], options: RunOptions): readonly Job[] {
  const { filter = '', mutations = false } = options;
  const wanted = filter.toLowerCase();
  const isWanted = (text: string): boolean => text.toLowerCase().includes(wanted);
  return files.flatMap(({ name: file, kind, vectors }) =>
    vectors
      .filter(({ id }) => [file, kind, id].some(isWanted))
      .map((vector) => ({ file, kind, vector, mutations })),
  );
}

/** Yields a run for each job; stops early, after the one at which the thread had to be ended. */
async function* runInThread(
  jobs: readonly Job[],
  { deadlineMs = DEADLINE_MS, registryUrl = OUR_KINDS }: RunOptions,
): AsyncGenerator<VectorRun, void> {
  const reports = workerReports({ registryUrl, jobs }, deadlineMs);
  try {
    const ready = await nextReport(reports);
    if (ready.type === 'ended') throw new Error(`the kinds cannot be loaded: ${ready.what}`);
    for (const job of jobs) {
      const { run, isLast } = await runOf(job, reports);
      yield run;
      if (isLast) return;
    }
  } finally {
    await reports.return();
  }
}

type Reports = ReturnType<typeof workerReports>;

async function runOf(
  { file, kind, vector, mutations }: Job,
  reports: Reports,
): Promise<{ readonly run: VectorRun; readonly isLast: boolean }> {
  const name = { file, kind, id: vector.id };
  const result = await nextReport(reports);
  if (result.type === 'ended') {
    const failure = { reason: result.reason, expected: vector.expect, actual: result.what };
    return { run: { ...name, ms: 0, failure }, isLast: true };
  }
  if (result.type !== 'vector') throw new Error(`a report of ${result.type} out of turn`);
  const { ms, failure } = result;
  const run = { ...name, ms, ...(failure && { failure }) };
  if (!mutations) return { run, isLast: false };
  const damaged = await nextReport(reports);
  return damaged.type === 'mutations'
    ? { run: { ...run, mutations: damaged.run }, isLast: false }
    : { run: { ...run, mutationsEnd: endReason(damaged) }, isLast: true };
}

function endReason(report: WorkerReport | ThreadEnd): 'hang' | 'crashed' {
  return report.type === 'ended' ? report.reason : 'crashed';
}

async function nextReport(reports: Reports): Promise<WorkerReport | ThreadEnd> {
  const { value } = await reports.next();
  return value ?? { type: 'ended', reason: 'crashed', what: 'the thread ended' };
}

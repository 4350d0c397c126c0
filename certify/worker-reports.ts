import { Worker } from 'node:worker_threads';
import type { WorkerReport, WorkerTask } from './vector-worker.ts';

/** The last that is heard of a thread which did not end by itself in time. */
export interface ThreadEnd {
  readonly type: 'ended';
  readonly reason: 'hang' | 'crashed';
  /** For people. */
  readonly what: string;
}

/** Loading the kinds is no vector's time. */
const LOAD_MS = 60_000;

/**
 * Starts a thread for a task and yields what it says. When it says nothing for `deadlineMs` after
 * it is ready, or dies, that is the last item. The thread is ended when the caller stops listening.
 */
export async function* workerReports(
  task: WorkerTask,
  deadlineMs: number,
): AsyncGenerator<WorkerReport | ThreadEnd, void> {
  const worker = new Worker(new URL('./vector-worker.ts', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  });
  const heard: (WorkerReport | ThreadEnd)[] = [];
  let wake = (): void => undefined;
  const hear = (report: WorkerReport | ThreadEnd): void => {
    heard.push(report);
    wake();
  };
  const died = (what: string): void => hear({ type: 'ended', reason: 'crashed', what });
  worker.on('message', hear);
  worker.on('error', (error: Error) => died(error.message));
  worker.on('exit', () => died('the thread ended'));
  try {
    for (let waitMs = LOAD_MS; ; waitMs = deadlineMs) {
      if (heard.length === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const report = heard.shift() ?? overdue(waitMs);
      yield report;
      if (report.type === 'ended') return;
    }
  } finally {
    await worker.terminate();
  }
}

function overdue(waitMs: number): ThreadEnd {
  return { type: 'ended', reason: 'hang', what: `no end within ${waitMs} ms` };
}

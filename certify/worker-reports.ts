import { Worker } from 'node:worker_threads';
import type { WorkerReport, WorkerTask } from './vector-worker.ts';

/** The last that is heard of a thread which did not end by itself in time. */
export interface ThreadEnd {
  readonly type: 'ended';
  readonly reason: 'hang' | 'crashed';
  /** For people. */
  readonly what: string;
}

/**
 * Starts a thread for a task and yields what it says. When it says nothing for `deadlineMs`, or
 * dies, that is the last item. The thread is ended when the caller stops listening.
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
    for (;;) {
      if (heard.length === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, deadlineMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const report = heard.shift() ?? overdue(deadlineMs);
      yield report;
      if (report.type === 'ended') return;
    }
  } finally {
    await worker.terminate();
  }
}

function overdue(deadlineMs: number): ThreadEnd {
  return { type: 'ended', reason: 'hang', what: `no end within ${deadlineMs} ms` };
}

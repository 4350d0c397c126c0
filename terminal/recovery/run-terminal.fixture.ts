import { spawn } from 'node:child_process';
import path from 'node:path';

/** A payment as a terminal tells of it at its end; amounts are what the host confirmed. */
export interface EndedPayment {
  readonly saleId: string;
  readonly end: string;
  readonly stan?: number;
  readonly heldMinor: number;
  readonly takenMinor: number;
  readonly refundedMinor: number;
}

/** How a run of a terminal ended. */
export interface Ended {
  readonly signal: NodeJS.Signals | null;
  /** Newest first. */
  readonly payments: readonly EndedPayment[];
  /** The newest close of the day, if there was one. */
  readonly day?: { readonly day: string; readonly batchNumber?: number };
}

/** Runs `crashing-terminal.fixture.ts` once; what its arguments mean stands there. */
export function runTerminal(
  folders: { readonly enrolmentDir: string; readonly dataDir: string },
  ...args: readonly string[]
): Promise<Ended> {
  const program = path.join(import.meta.dirname, 'crashing-terminal.fixture.ts');
  const all = [program, folders.enrolmentDir, folders.dataDir, ...args];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  return new Promise((resolve) => {
    child.once('close', (_code, signal) => {
      const told = output
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      const day = told.find((line) => 'day' in line);
      const payments = told.filter((line) => 'saleId' in line);
      resolve({ signal, payments, ...(day && { day }) });
    });
  });
}

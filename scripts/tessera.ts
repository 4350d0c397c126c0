import { readFileSync, writeSync } from 'node:fs';
import { runCommand } from './tessera/run-command.ts';

// npm runs us in this project's folder; paths are meant from where it was called.
if (process.env['npm_lifecycle_event'] === 'tessera' && process.env['INIT_CWD']) {
  process.chdir(process.env['INIT_CWD']);
}

process.exitCode = await runCommand(process.argv.slice(2), {
  out: (text) => writeAll(1, text),
  err: (text) => writeAll(2, text),
  stdin: () => readFileSync(0),
  isWatched: process.stderr.isTTY === true,
});

/** At once and whole, so that a long report into a pipe is not cut when the process ends. */
function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // The reader of a pipe is slow, or has seen enough.
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
    }
  }
}

import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';

/** Why a counter did not count: it is at its end, or what keeps it failed. */
export type CounterFailure = 'counter-spent' | 'memory-failure';

/** An applet's counter of 16 bits that never goes back, and never starts again. */
export interface Counter {
  /** Counts one up and returns the new value, once that is kept. */
  increment(): Result<number, CounterFailure>;
  /** The value it has now. */
  read(): Result<number, CounterFailure>;
}

/** A text that an applet keeps: its state, a key. Replaced as a whole. */
export interface Cell {
  /** The text, or undefined where none was written yet. */
  read(): Result<string | undefined, 'memory-failure'>;
  /** Keeps a text in the place of the last one, before it returns. */
  write(text: string): Result<void, 'memory-failure'>;
}

/** Keeps counters and cells apart by name. */
export interface Memory {
  counter(name: string): Counter;
  cell(name: string): Cell;
}

const LAST = 0xffff;
const contents = z.record(z.string(), z.union([z.int().min(0).max(LAST), z.string()]));
type Contents = z.infer<typeof contents>;
type Kept = number | string | undefined;

/** A memory that lasts as long as the program. */
export function createVolatileMemory(): Memory {
  const values = new Map<string, number | string>();
  return memoryOver(
    (name) => ok(values.get(name)),
    (name, value) => {
      values.set(name, value);
      return ok(undefined);
    },
  );
}

/** Where the wearables of a profiles file keep their counters unless told otherwise: beside it. */
export function memoryFileBeside(profilesFile: string): string {
  return path.join(path.dirname(profilesFile), 'wearables.memory.json');
}

/**
 * A memory in a JSON file, which is made when it is missing. A value counts only once it would
 * survive a loss of power. The file is read each time, so that a wearable that was started twice
 * still has one counter.
 */
export function openFileMemory(file: string): Memory {
  return memoryOver(
    (name) => {
      const read = readContents(file);
      return read.ok ? ok(read.value[name]) : read;
    },
    (name, value) => {
      const read = readContents(file);
      return read.ok ? writeDurably(file, { ...read.value, [name]: value }) : read;
    },
  );
}

function memoryOver(
  load: (name: string) => Result<Kept, 'memory-failure'>,
  store: (name: string, value: number | string) => Result<void, 'memory-failure'>,
): Memory {
  const count = (name: string): Result<number, CounterFailure> => {
    const last = load(name);
    if (!last.ok) return last;
    const value = last.value ?? 0;
    return typeof value === 'number' ? ok(value) : fail('memory-failure');
  };
  const increment = (name: string): Result<number, CounterFailure> => {
    const last = count(name);
    if (!last.ok) return last;
    if (last.value >= LAST) return fail('counter-spent');
    const stored = store(name, last.value + 1);
    return stored.ok ? ok(last.value + 1) : stored;
  };
  const read = (name: string): Result<string | undefined, 'memory-failure'> => {
    const kept = load(name);
    if (!kept.ok) return kept;
    return typeof kept.value === 'number' ? fail('memory-failure') : ok(kept.value);
  };
  return {
    counter: (name) => ({ increment: () => increment(name), read: () => count(name) }),
    cell: (name) => ({ read: () => read(name), write: (text) => store(name, text) }),
  };
}

function readContents(file: string): Result<Contents, 'memory-failure'> {
  try {
    return ok(contents.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? ok({}) : fail('memory-failure');
  }
}

/** A new file in the place of the old one, so that a crash leaves either of them whole. */
function writeDurably(file: string, values: Contents): Result<void, 'memory-failure'> {
  try {
    const next = `${file}.${process.pid}`;
    withFile(next, 'w', (descriptor) => writeSync(descriptor, JSON.stringify(values)));
    renameSync(next, file);
    // Windows cannot open a folder; its file system journals the renaming.
    if (process.platform !== 'win32') withFile(path.dirname(file), 'r', () => {});
    return ok(undefined);
  } catch {
    return fail('memory-failure');
  }
}

function withFile(name: string, flags: 'r' | 'w', use: (descriptor: number) => void): void {
  const descriptor = openSync(name, flags, 0o600);
  try {
    use(descriptor);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

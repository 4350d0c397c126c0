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
}

/** Keeps counters apart by name. */
export interface Memory {
  counter(name: string): Counter;
}

const LAST = 0xffff;
const counters = z.record(z.string(), z.int().min(0).max(LAST));

/** A memory that lasts as long as the program. */
export function createVolatileMemory(): Memory {
  const values = new Map<string, number>();
  return counting(
    (name) => ok(values.get(name) ?? 0),
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
  return counting(
    (name) => {
      const read = readCounters(file);
      return read.ok ? ok(read.value[name] ?? 0) : read;
    },
    (name, value) => {
      const read = readCounters(file);
      return read.ok ? writeDurably(file, { ...read.value, [name]: value }) : read;
    },
  );
}

function counting(
  load: (name: string) => Result<number, 'memory-failure'>,
  store: (name: string, value: number) => Result<void, 'memory-failure'>,
): Memory {
  const increment = (name: string): Result<number, CounterFailure> => {
    const last = load(name);
    if (!last.ok) return last;
    if (last.value >= LAST) return fail('counter-spent');
    const stored = store(name, last.value + 1);
    return stored.ok ? ok(last.value + 1) : stored;
  };
  return {
    counter: (name) => ({ increment: () => increment(name) }),
  };
}

function readCounters(file: string): Result<Record<string, number>, 'memory-failure'> {
  try {
    return ok(counters.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return missing ? ok({}) : fail('memory-failure');
  }
}

/** A new file in the place of the old one, so that a crash leaves either of them whole. */
function writeDurably(
  file: string,
  values: Record<string, number>,
): Result<void, 'memory-failure'> {
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

import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import type { Random } from '../../fuzz/random.ts';
import type { Scheduler } from './scheduler.ts';

/**
 * Puts the simulation's time and chance in the place of this process's, also for what asks the
 * system itself: timers, `performance.now`, `Math.random` and the random values of `node:crypto`.
 * The returned function puts everything back.
 */
export function installVirtualGlobals(scheduler: Scheduler, random: Random): () => void {
  const bytes = (length: number) => Buffer.from(randomBytes(random, length));
  const startMs = scheduler.nowMs;
  const clearReal = globalThis.clearTimeout;
  const undo = [
    replace(globalThis, 'setTimeout', (act: (...args: unknown[]) => void, ms = 0, ...args) =>
      timerHandle(scheduler.after(Number(ms), () => act(...args))),
    ),
    replace(globalThis, 'clearTimeout', (handle: unknown) => cancel(handle, clearReal)),
    replace(performance, 'now', () => scheduler.nowMs - startMs),
    replace(Math, 'random', () => random.below(2 ** 32) / 2 ** 32),
    replace(timers, 'setTimeout', (ms: number, value: unknown) =>
      scheduler.pause(ms).then(() => value),
    ),
    replace(crypto, 'randomBytes', bytes),
    replace(crypto, 'randomInt', (below: number) => random.below(below)),
    replace(crypto, 'randomUUID', () => uuidOf(bytes(16).toString('hex'))),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const each of undo) each();
    syncBuiltinESMExports();
  };
}

/** So many bytes of a seeded source. */
export function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

const CANCEL = Symbol('cancel');

function timerHandle(cancelTimer: () => void) {
  const handle = {
    [CANCEL]: cancelTimer,
    ref: () => handle,
    unref: () => handle,
    hasRef: () => true,
  };
  return handle;
}

/** A timer of before the simulation is a real one. */
function cancel(handle: unknown, clearReal: typeof clearTimeout): void {
  if (typeof handle !== 'object' || handle === null) return;
  const own: unknown = Reflect.get(handle, CANCEL);
  if (typeof own === 'function') own();
  else clearReal(handle as NodeJS.Timeout);
}

function replace(owner: object, name: string, value: (...args: never[]) => unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  return () => {
    if (before) Object.defineProperty(owner, name, before);
    else Reflect.deleteProperty(owner, name);
  };
}

function uuidOf(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

import { randomBytes } from 'node:crypto';
import type { Clock } from '#kernel/ports/clock.ts';
import type { Entropy } from '#kernel/ports/entropy.ts';

/** This machine's clock, in its own time zone. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  local() {
    const now = new Date();
    const two = (value: number): string => String(value).padStart(2, '0');
    const [year, month, day] = [now.getFullYear() % 100, now.getMonth() + 1, now.getDate()];
    return {
      date: [year, month, day].map(two).join(''),
      time: [now.getHours(), now.getMinutes(), now.getSeconds()].map(two).join(''),
    };
  },
};

/** The operating system's random numbers. */
export const systemEntropy: Entropy = {
  bytes: (lengthBytes) => new Uint8Array(randomBytes(lengthBytes)),
};

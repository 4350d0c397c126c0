import { hex } from '#kernel/bytes/hex.ts';
import { STATUS } from './apdu.ts';
import type { Applet } from './applet.ts';

/** What an application is when its keys cannot be kept: there, and of no use. */
export function createUnusableApplet(aid: string): Applet {
  return {
    aid: hex(aid),
    select: () => ({ status: STATUS.memoryFailure }),
    process: () => ({ status: STATUS.conditionsNotSatisfied }),
  };
}

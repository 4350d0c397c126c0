const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 12 * 3_600_000;
const FACTOR = 4;

/** After so many attempts an event is dead: about two days. */
export const MAX_ATTEMPTS = 12;

/**
 * How long to wait after the attempt of this number, from 1: four times as long each time, up to
 * half a day, and by chance between half and one and a half of it, so that what failed together is
 * not tried again together. `random` is from 0 to 1. A receiver may ask for longer, in seconds.
 */
export function delayMs(attempt: number, random: number, retryAfterS = 0): number {
  const evenMs = Math.min(FIRST_DELAY_MS * FACTOR ** (attempt - 1), LONGEST_DELAY_MS);
  const askedMs = Math.min(retryAfterS * 1_000, LONGEST_DELAY_MS);
  return Math.round(Math.max(evenMs * (0.5 + random), askedMs));
}

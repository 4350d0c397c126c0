import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const address = z.object({
  port: z.int().min(1).max(65_535),
  token: z.string().regex(/^[A-Za-z0-9_-]{40,100}$/),
});

/** Where the till was served the last time, and the token that opens it. */
export type TillAddress = z.infer<typeof address>;

/**
 * The address of the last start, so that a page which is still open finds the till again after a
 * restart. `undefined` when there is none, or it is not to be believed.
 */
export function readTillAddress(file: string): TillAddress | undefined {
  try {
    return address.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Keeps the address for the next start, readable by this user alone. */
export function writeTillAddress(file: string, kept: TillAddress): void {
  writeFileSync(file, JSON.stringify(kept), { mode: 0o600 });
}

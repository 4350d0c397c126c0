import { AsyncLocalStorage } from 'node:async_hooks';

const actors = new AsyncLocalStorage<string>();

/** The program itself, where nobody asked it to act. */
export const CLOUD_ITSELF = 'cloud';

/**
 * Runs `work`, with all that it awaits, as somebody: an API key by its id, `user` and a name at a
 * command line, or the program itself. What it writes into the audit log names them, without every
 * function between having to be told.
 */
export function actingAs<T>(actor: string, work: () => T): T {
  return actors.run(actor, work);
}

/** Who acts now; `undefined` where nobody was named. */
export function currentActor(): string | undefined {
  return actors.getStore();
}

import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { CancelSignal } from '#kernel/ports/cancel-signal.ts';
import type { CardConnection, CardReader } from '#kernel/ports/card-reader.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';

/** A card in reach, and the reader that found it. */
export interface FoundCard {
  readonly connection: CardConnection;
  readonly readerName: string;
}

const CANCELLED: PortFailure = {
  kind: 'cancelled',
  retryable: true,
  effect: 'none',
  detail: 'Nobody waits for a card any more.',
};

/**
 * Waits on all readers at once; the first card wins and the other readers stop waiting. A reader
 * that fails leaves the rest waiting. Failures: `cancelled`, also after `withinMs` without a card,
 * or the last reader's when all failed.
 */
export async function awaitCard(
  readers: readonly CardReader[],
  signal: CancelSignal,
  withinMs?: number,
): Promise<Result<FoundCard, PortFailure>> {
  if (signal.aborted) return fail(CANCELLED);
  const waiting = new AbortController();
  const stop = (): void => waiting.abort();
  const timer = withinMs === undefined ? undefined : setTimeout(stop, withinMs);
  signal.addEventListener('abort', stop, { once: true });
  let found: FoundCard | undefined;
  let failure: PortFailure = { ...CANCELLED, kind: 'reader-absent', detail: 'There is no reader.' };
  await Promise.all(
    readers.map(async (reader) => {
      const connected = await reader.connect(waiting.signal);
      if (!connected.ok) {
        failure = connected.error;
      } else if (found) {
        await connected.value.close();
      } else {
        found = { connection: connected.value, readerName: reader.name };
        stop();
      }
    }),
  );
  signal.removeEventListener('abort', stop);
  clearTimeout(timer);
  if (found && signal.aborted) await found.connection.close();
  if (signal.aborted) return fail(CANCELLED);
  return found ? ok(found) : fail(failure);
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { atomically, errorCode, type Queries } from '../store/database.ts';
import { delayMs } from './backoff.ts';
import { openSecret } from './endpoints.ts';
import { type Claimed, claimDue, forgetOld, hasEndpoints, recordAttempt } from './outbox.ts';
import { postEvent } from './post-event.ts';
import { signatureHeaders } from './sign.ts';
import type { TargetRules } from './target.ts';

/** How events are sent. */
export interface WebhookSettings extends TargetRules {
  /** How long a receiver may take to answer. */
  readonly timeoutMs: number;
}

/** What a dispatcher works with. */
export interface DispatcherContext {
  readonly db: Queries;
  /** `Secrets.keyProtectionKey` */
  readonly keyProtectionKey: SecretKey;
  readonly settings: WebhookSettings;
  readonly log: (line: string) => void;
  /** Told of each attempt. */
  readonly attempted: (state: 'delivered' | 'pending' | 'dead') => void;
}

/** How long an event may lie before it is looked for. */
const POLL_MS = 250;
/** The same while there is no endpoint at all. */
const IDLE_POLL_MS = 1_000;
/** How much longer than an attempt its lease is. */
const LEASE_MARGIN_MS = 2_000;
const FORGET_EVERY_MS = 3_600_000;

/**
 * Sends what is in the outbox of events until it is stopped; several may run on one database. What
 * it was sending when it was stopped or killed is sent again, under the same name.
 */
export function dispatchWebhooks(context: DispatcherContext): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = run(context, signal);
  return async () => {
    stopping.abort();
    await running;
  };
}

async function run(context: DispatcherContext, signal: AbortSignal): Promise<void> {
  const { db, log, settings } = context;
  const busy = new Map<string, Promise<void>>();
  let stir = () => {};
  let forgetAtMs = 0;
  // A database that is away is said once, not four times a second.
  let fault = '';
  const failed = (cause: unknown) => {
    const code = errorCode(cause);
    if (code !== fault) log(`webhooks: database-failure ${code}`);
    fault = code;
  };
  while (!signal.aborted) {
    let isIdle = false;
    try {
      isIdle = !(await hasEndpoints(db));
      const due = isIdle
        ? []
        : await claimDue(db, [...busy.keys()], settings.timeoutMs + LEASE_MARGIN_MS);
      for (const [endpointId, some] of Map.groupBy(due, (each) => each.endpointId)) {
        const sending = Promise.all(some.map((each) => send(context, each, signal)))
          .catch(failed)
          .then(() => {
            busy.delete(endpointId);
            stir();
          });
        busy.set(endpointId, sending);
      }
      if (Date.now() >= forgetAtMs) {
        forgetAtMs = Date.now() + FORGET_EVERY_MS;
        await forgetOld(db);
      }
      fault = '';
    } catch (cause) {
      failed(cause);
    }
    const stirred = new Promise<void>((resolve) => {
      stir = resolve;
    });
    const pauseMs = isIdle ? IDLE_POLL_MS : POLL_MS;
    await Promise.race([stirred, sleep(pauseMs, undefined, { signal }).catch(() => undefined)]);
  }
  await Promise.all(busy.values());
}

/** Sends one; what it was stopped in is left to whoever comes when its lease ends. */
async function send(
  { db, keyProtectionKey, settings, attempted }: DispatcherContext,
  claimed: Claimed,
  signal: AbortSignal,
): Promise<void> {
  const { eventId, url, type, happenedAt, data, attempt } = claimed;
  const { secretBlock, previousSecretBlock } = claimed;
  const blocks = previousSecretBlock ? [secretBlock, previousSecretBlock] : [secretBlock];
  const secrets = blocks.map((block) => openSecret(block, keyProtectionKey));
  const timestamp = happenedAt.toISOString();
  const body = JSON.stringify({ type, timestamp, data: JSON.parse(data) });
  const timestampS = Math.floor(Date.now() / 1_000);
  const headers = signatureHeaders({ eventId, timestampS, body }, secrets);
  const startMs = performance.now();
  const outcome = await postEvent({ url, headers, body }, { ...settings, signal });
  if (outcome.kind !== 'answered' && signal.aborted) return;
  const durationMs = Math.round(performance.now() - startMs);
  const retryAfterS = outcome.kind === 'answered' ? outcome.retryAfterS : 0;
  const retryInMs = delayMs(attempt, Math.random(), retryAfterS);
  attempted(
    await atomically(db, (unit) =>
      recordAttempt(unit, claimed, { outcome, durationMs, retryInMs }),
    ),
  );
}

import type { Queries } from '../store/database.ts';
import type { Features } from './features.ts';

/** Whose payments are counted, and until when. */
export interface VelocitySubject {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly cardToken: string;
  readonly now: Date;
}

/** A payment that was decided on. */
export interface VelocityEvent extends VelocitySubject {
  readonly isDeclined: boolean;
}

/** The features that are counted from earlier payments. */
export type Velocity = Pick<
  Features,
  | 'cardLast10Min'
  | 'cardLast24H'
  | 'cardMerchants24H'
  | 'terminalLast10Min'
  | 'terminalDeclines10Min'
>;

const TEN_MINUTES_MS = 600_000;
const DAY_MS = 86_400_000;
/** More than any rule asks for: what is older than these no longer changes a score. */
const MOST_REMEMBERED = 512;

interface Seen {
  readonly atMs: number;
  /** The merchant, for a card; whether it was declined, for a terminal. */
  readonly what: string | boolean;
}

/**
 * What cards and terminals did lately, counted in this process and rebuilt from the payments that
 * are stored: a count costs no query, however many payments there are.
 */
export class VelocityCounters {
  readonly #cards = new Map<string, Seen[]>();
  readonly #terminals = new Map<string, Seen[]>();
  #sweptAtMs = 0;

  /** The counters as the stored payments of the last day leave them. */
  static async rebuild(db: Queries, now: Date): Promise<VelocityCounters> {
    const counters = new VelocityCounters();
    const rows = await db
      .selectFrom('transactions')
      .select(['terminal_id', 'merchant_id', 'card_token', 'state', 'received_at'])
      .where('received_at', '>', new Date(now.getTime() - DAY_MS))
      .where('card_token', 'is not', null)
      .orderBy('received_at')
      .execute();
    for (const row of rows) {
      counters.observe({
        terminalId: row.terminal_id,
        merchantId: row.merchant_id,
        cardToken: row.card_token ?? '',
        isDeclined: row.state === 'declined',
        now: row.received_at,
      });
    }
    return counters;
  }

  /** Remembers a payment whose decision is committed. */
  observe(event: VelocityEvent): void {
    const atMs = event.now.getTime();
    remember(this.#cards, event.cardToken, { atMs, what: event.merchantId });
    remember(this.#terminals, event.terminalId, { atMs, what: event.isDeclined });
    if (atMs - this.#sweptAtMs > TEN_MINUTES_MS) {
      this.#sweptAtMs = atMs;
      forget(this.#cards, atMs - DAY_MS);
      forget(this.#terminals, atMs - TEN_MINUTES_MS);
    }
  }

  /** Counts what this card and this terminal did lately, the payment at hand not included. */
  count({ terminalId, merchantId, cardToken, now }: VelocitySubject): Velocity {
    const tenMinutesAgo = now.getTime() - TEN_MINUTES_MS;
    const dayAgo = now.getTime() - DAY_MS;
    const card = (this.#cards.get(cardToken) ?? []).filter(({ atMs }) => atMs > dayAgo);
    const terminal = (this.#terminals.get(terminalId) ?? []).filter(
      ({ atMs }) => atMs > tenMinutesAgo,
    );
    return {
      cardLast10Min: card.filter(({ atMs }) => atMs > tenMinutesAgo).length,
      cardLast24H: card.length,
      cardMerchants24H: new Set([merchantId, ...card.map(({ what }) => what)]).size,
      terminalLast10Min: terminal.length,
      terminalDeclines10Min: terminal.filter(({ what }) => what === true).length,
    };
  }
}

function remember(all: Map<string, Seen[]>, name: string, seen: Seen): void {
  const list = all.get(name);
  if (!list) all.set(name, [seen]);
  else if (list.push(seen) > 2 * MOST_REMEMBERED) list.splice(0, MOST_REMEMBERED);
}

function forget(all: Map<string, Seen[]>, beforeMs: number): void {
  for (const [name, list] of all) {
    const last = list.at(-1);
    if (!last || last.atMs <= beforeMs) all.delete(name);
  }
}

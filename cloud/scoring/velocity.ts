import { isVerified } from '../authentication/required-method.ts';
import type { Queries } from '../store/database.ts';
import {
  DAY_MS,
  fraudRateOf,
  type History,
  HOUR_BUCKET_MS,
  historyOf,
  RATE_DAYS,
  terminalRisk,
} from './daily-history.ts';
import { type Features, VERIFICATIONS, type Verification } from './features.ts';
import { readStoredHistory, type StoredPayment } from './stored-payments.ts';

/** Whose payments are counted, and until when. */
export interface VelocitySubject {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly cardToken: string;
  /** What the terminal calls the wearable, where it does. */
  readonly deviceToken?: string | undefined;
  readonly now: Date;
}

/** A payment that was decided on. */
export interface VelocityEvent extends VelocitySubject {
  readonly amountMinor: bigint;
  readonly verification: Verification;
  readonly isDeclined: boolean;
  /** It was reversed since: it was tried, and nothing was paid. */
  readonly isReversed?: boolean;
  /** What it is taken back by; absent where it never is. */
  readonly payment?: PaymentName;
}

/** A payment by its terminal, DE 11 and DE 7. */
export interface PaymentName {
  readonly terminalId: string;
  readonly stan: string;
  readonly transmittedAt: string;
}

/** What became known of a payment later: that it was fraud. */
export interface KnownFraud {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly amountMinor: bigint;
  /** When the payment was. */
  readonly paidAt: Date;
}

/** The features that are counted from earlier payments. */
export type Velocity = Pick<
  Features,
  | 'cardLast10Min'
  | 'cardLast24H'
  | 'cardMerchants24H'
  | 'cardAmount24HMinor'
  | 'cardUnverified'
  | 'cardUnverifiedMinor'
  | 'deviceLast24H'
  | 'deviceCards24H'
  | 'terminalLast10Min'
  | 'terminalDeclines10Min'
  | 'terminalFrauds28Days'
  | 'terminalFraudRate28Days'
  | 'merchantLast10Min'
  | 'merchantLast24H'
  | 'merchantFraudRate90Days'
>;

const TEN_MINUTES_MS = 600_000;
/** More than any rule asks for: what is older than these no longer changes a score. */
const MOST_REMEMBERED = 512;

interface Seen {
  readonly atMs: number;
  /** The merchant of a card's, the card of a device's, whether a terminal's was declined. */
  readonly what: string | boolean;
  readonly amountMinor: number;
}

/** A payment of a card since its holder was last verified. */
interface Tap {
  readonly atMs: number;
  readonly payment?: PaymentName | undefined;
  readonly amountMinor: number;
}

/**
 * What cards, devices, terminals and merchants did lately, counted in this process and rebuilt from
 * what is stored: a count costs no query, however many payments there are. A merchant's windows are
 * exact to a sixtieth of ten minutes and a 96th of a day. The order in which payments are told does
 * not matter: they count by their times.
 */
export class VelocityCounters {
  readonly #cards = new Map<string, Seen[]>();
  readonly #devices = new Map<string, Seen[]>();
  readonly #terminals = new Map<string, Seen[]>();
  readonly #unverified = new Map<string, readonly Tap[]>();
  /** When the holder of a card was last verified: a tap of before may be told of later. */
  readonly #verifiedAtMs = new Map<string, number>();
  readonly #terminalHistory = new Map<string, History>();
  readonly #merchantHistory = new Map<string, History>();
  #sweptAtMs = 0;

  /**
   * The counters as the stored payments leave them: those of the last day one by one, which `take`
   * is told of, oldest first; what is older by its sums. What it takes grows with what was paid in
   * the windows, not with what is stored.
   */
  static async rebuild(
    db: Queries,
    now: Date,
    take: (payment: StoredPayment) => void = () => undefined,
  ): Promise<VelocityCounters> {
    const counters = new VelocityCounters();
    const since = new Date(now.getTime() - RATE_DAYS * DAY_MS);
    const exactSince = new Date(now.getTime() - DAY_MS - HOUR_BUCKET_MS);
    await readStoredHistory(db, since, exactSince, {
      day: ({ terminalId, merchantId, at, count, sumMinor }) =>
        counters.#addApproved(terminalId, merchantId, at.getTime(), count, Number(sumMinor)),
      tap: ({ cardToken, at, amountMinor, ...payment }) =>
        counters.#addTap(cardToken, {
          ...{ atMs: at.getTime(), payment, amountMinor: Number(amountMinor) },
        }),
      payment: (payment) => {
        const { terminalId, stan, transmittedAt } = payment;
        take(payment);
        counters.observe({
          ...payment,
          now: payment.receivedAt,
          deviceToken: payment.deviceToken ?? undefined,
          verification: VERIFICATIONS.find((each) => each === payment.verification) ?? 'unknown',
          isDeclined: payment.state === 'declined',
          isReversed: payment.state === 'reversed',
          payment: { terminalId, stan, transmittedAt },
        });
      },
    });
    return counters;
  }

  /** Remembers a payment whose decision is committed. */
  observe(event: VelocityEvent): void {
    const atMs = event.now.getTime();
    const { terminalId, merchantId, cardToken, deviceToken, isDeclined } = event;
    const amountMinor = Number(event.amountMinor);
    remember(this.#cards, cardToken, { atMs, what: merchantId, amountMinor });
    remember(this.#terminals, terminalId, { atMs, what: isDeclined, amountMinor });
    if (deviceToken) remember(this.#devices, deviceToken, { atMs, what: cardToken, amountMinor });
    const merchant = historyOf(this.#merchantHistory, merchantId);
    merchant.minutes.add(atMs, 1);
    merchant.hours.add(atMs, 1);
    if (!isDeclined) this.#spend(event, amountMinor);
    // An inquiry is about no amount.
    if (!isDeclined && !event.isReversed && amountMinor > 0) {
      this.#addApproved(terminalId, merchantId, atMs, 1, amountMinor);
    }
    if (atMs - this.#sweptAtMs > TEN_MINUTES_MS) {
      this.#sweptAtMs = atMs;
      forget(this.#cards, atMs - DAY_MS);
      forget(this.#devices, atMs - DAY_MS);
      forget(this.#terminals, atMs - TEN_MINUTES_MS);
      for (const [cardToken, verifiedAtMs] of this.#verifiedAtMs) {
        if (verifiedAtMs <= atMs - DAY_MS) this.#verifiedAtMs.delete(cardToken);
      }
    }
  }

  /**
   * Takes a reversed payment off what its card paid since its holder was last verified, if it is
   * among that: one that was verified, or came before another that was, is not.
   */
  takeBack(cardToken: string, { terminalId, stan, transmittedAt }: PaymentName): void {
    const taps = this.#unverified.get(cardToken) ?? [];
    const at = taps.findIndex(
      ({ payment }) =>
        payment?.terminalId === terminalId &&
        payment.stan === stan &&
        payment.transmittedAt === transmittedAt,
    );
    if (at >= 0) this.#unverified.set(cardToken, taps.toSpliced(at, 1));
  }

  /** Remembers that a payment was fraud, as soon as it is known and not before. */
  learn({ terminalId, merchantId, amountMinor, paidAt }: KnownFraud): void {
    for (const history of [
      historyOf(this.#terminalHistory, terminalId),
      historyOf(this.#merchantHistory, merchantId),
    ]) {
      history.frauds.add(paidAt.getTime(), 1);
      history.fraudSum.add(paidAt.getTime(), Number(amountMinor));
    }
  }

  /** Counts what these did lately, the payment at hand not included. */
  count(subject: VelocitySubject): Velocity {
    const { terminalId, merchantId, cardToken, deviceToken } = subject;
    const nowMs = subject.now.getTime();
    const tenMinutesAgo = nowMs - TEN_MINUTES_MS;
    const card = since(this.#cards.get(cardToken), nowMs - DAY_MS);
    const device = since(this.#devices.get(deviceToken ?? ''), nowMs - DAY_MS);
    const terminal = since(this.#terminals.get(terminalId), tenMinutesAgo);
    const merchant = this.#merchantHistory.get(merchantId);
    const unverified = this.#unverified.get(cardToken) ?? [];
    return {
      cardLast10Min: since(card, tenMinutesAgo).length,
      cardLast24H: card.length,
      cardMerchants24H: new Set([merchantId, ...card.map(({ what }) => what)]).size,
      cardAmount24HMinor: card.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
      cardUnverified: unverified.length,
      cardUnverifiedMinor: unverified.reduce((sum, tap) => sum + tap.amountMinor, 0),
      deviceLast24H: deviceToken ? device.length : null,
      deviceCards24H: deviceToken
        ? new Set([cardToken, ...device.map(({ what }) => what)]).size
        : null,
      terminalLast10Min: terminal.length,
      terminalDeclines10Min: terminal.filter(({ what }) => what === true).length,
      ...terminalRisk(this.#terminalHistory.get(terminalId), nowMs),
      merchantLast10Min: merchant?.minutes.sum(tenMinutesAgo, nowMs) ?? 0,
      merchantLast24H: merchant?.hours.sum(nowMs - DAY_MS, nowMs) ?? 0,
      merchantFraudRate90Days: fraudRateOf(merchant, nowMs),
    };
  }

  #addApproved(
    terminalId: string,
    merchantId: string,
    atMs: number,
    count: number,
    sumMinor: number,
  ): void {
    for (const history of [
      historyOf(this.#terminalHistory, terminalId),
      historyOf(this.#merchantHistory, merchantId),
    ]) {
      history.count.add(atMs, count);
      history.sum.add(atMs, sumMinor);
    }
  }

  #addTap(cardToken: string, tap: Tap): void {
    this.#unverified.set(cardToken, [...(this.#unverified.get(cardToken) ?? []), tap]);
  }

  /** A person was verified also where the payment was reversed; a tap was paid where it stands. */
  #spend(event: VelocityEvent, amountMinor: number): void {
    const { cardToken, verification, isReversed, payment, now } = event;
    const atMs = now.getTime();
    const verifiedAtMs = this.#verifiedAtMs.get(cardToken) ?? 0;
    const taps = this.#unverified.get(cardToken) ?? [];
    if (!isVerified(verification)) {
      if (isReversed || amountMinor === 0 || atMs < verifiedAtMs) return;
      this.#addTap(cardToken, { atMs, payment, amountMinor });
      return;
    }
    if (atMs < verifiedAtMs) return;
    this.#verifiedAtMs.set(cardToken, atMs);
    const since = taps.filter((tap) => tap.atMs >= atMs);
    if (since.length > 0) this.#unverified.set(cardToken, since);
    else this.#unverified.delete(cardToken);
  }
}

function since(list: readonly Seen[] | undefined, afterMs: number): readonly Seen[] {
  return (list ?? []).filter(({ atMs }) => atMs > afterMs);
}

function remember(all: Map<string, Seen[]>, name: string, seen: Seen): void {
  const list = all.get(name);
  if (!list) all.set(name, [seen]);
  else if (list.push(seen) > 2 * MOST_REMEMBERED) list.splice(0, MOST_REMEMBERED);
}

function forget(all: Map<string, Seen[]>, beforeMs: number): void {
  for (const [name, list] of all) {
    if (!list.findLast(({ atMs }) => atMs > beforeMs)) all.delete(name);
  }
}

import type { PaymentView, TerminalState } from '#bridge/terminal-api.ts';
import type { ShopFormat } from '../ui/money.ts';
import { words } from '../ui/words.ts';

/** What is said about a payment: the sentence, what to know or do next, and a code for support. */
export interface PaymentWords {
  readonly headline: string;
  readonly detail: string | undefined;
  readonly code: string | undefined;
}

/** After this long in `authorising` it is said what is being waited for. */
const sayWaitingAfterMs = 1_000;
/** After this long it is said how long it may still take. */
const sayHowLongAfterMs = 5_000;
/** The longest the terminal waits for the host before it takes the payment back. */
const longestWaitMs = 10_000;

/** Chooses the words for a payment as it stands at `nowMs` (milliseconds since 1970). */
export function paymentWords(
  payment: PaymentView,
  health: TerminalState['health'],
  format: ShopFormat,
  nowMs: number,
): PaymentWords {
  const plain = (headline: string, detail?: string): PaymentWords => ({
    headline,
    detail,
    code: undefined,
  });
  switch (payment.state) {
    case 'ready':
      return payment.reason === 'confirm-on-wearable'
        ? plain(words.payment.confirm, words.payment.confirmDetail)
        : plain(words.payment.ready, readyDetail(payment, health));
    case 'reading':
      return plain(words.payment.reading);
    case 'may-remove':
      return plain(words.payment.mayRemove);
    case 'entering-pin':
      return plain(words.payment.enterPin, words.payment.enterPinDetail);
    case 'authorising':
      return plain(words.payment.authorising, waitingDetail(nowMs - payment.sinceMs));
    case 'approved':
      return plain(
        words.payment.approved(format.amount(payment.amountMinor)),
        words.payment.approvedDetail,
      );
    case 'declined':
      return notCharged(words.payment.declined, payment);
    case 'reversed':
      return notCharged(words.payment.reversed, payment);
    case 'cancelled':
      return notCharged(words.payment.cancelled, payment);
    case 'unknown':
      return plain(words.payment.unknown, resolvingDetail(payment, nowMs));
    default:
      return payment.state satisfies never;
  }
}

/** The terminal's reasons are text to the bridge: one that is not known here has no sentence. */
function sentenceFor(
  sentences: Readonly<Record<string, string>>,
  reason: string | undefined,
): string | undefined {
  return reason !== undefined && Object.hasOwn(sentences, reason) ? sentences[reason] : undefined;
}

function readyDetail(payment: PaymentView, health: TerminalState['health']): string {
  if (health.reader === 'absent') return words.payment.noReader;
  return (
    sentenceFor(words.again, payment.reason) ??
    sentenceFor(words.reasons, payment.reason) ??
    words.payment.readyDetail
  );
}

function waitingDetail(waitedMs: number): string | undefined {
  if (waitedMs < sayWaitingAfterMs) return undefined;
  if (waitedMs < sayHowLongAfterMs) return words.payment.waitingForHost;
  return words.payment.waitingAtMost(secondsUp(longestWaitMs - waitedMs));
}

function notCharged(headline: string, payment: PaymentView): PaymentWords {
  const sentence = sentenceFor(words.reasons, payment.reason);
  const fallback = payment.state === 'cancelled' ? undefined : words.payment.noReason;
  return {
    headline,
    detail: sentence ?? fallback,
    code: payment.responseCode === undefined ? undefined : words.payment.code(payment.responseCode),
  };
}

function resolvingDetail(payment: PaymentView, nowMs: number): string {
  const resolving = payment.resolving;
  if (resolving === undefined || resolving.attempts === 0) return words.payment.unknownFirst;
  const seconds = secondsUp(resolving.nextAttemptAtMs - nowMs);
  return `${words.payment.unknownTries(resolving.attempts)} ${words.payment.nextTry(seconds)}`;
}

function secondsUp(durationMs: number): number {
  return Math.max(0, Math.ceil(durationMs / 1000));
}

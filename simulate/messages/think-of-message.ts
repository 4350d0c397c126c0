import type { TestCard } from '#cloud/acquirer/test-card.fixture.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import type { Clock } from '#kernel/ports/clock.ts';
import { encodeAdditionalData } from '#kernel/transaction/additional-data.ts';
import {
  buildFollowUp,
  buildNetworkManagement,
  buildReconciliation,
  type FollowUp,
  inForm,
} from '#kernel/transaction/follow-up-messages.ts';
import {
  buildAuthorisation,
  type MessageTrace,
  type TerminalIdentity,
} from '#kernel/transaction/host-messages.ts';
import { traceNow } from '#terminal/runner/host-exchange.ts';
import type { World } from '../world/world.ts';
import type { Book, Entry, Standing } from './book.ts';

/** What a terminal needs to think of its next message. */
export interface Thinking {
  readonly world: World;
  readonly book: Book;
  readonly identity: TerminalIdentity;
  readonly cards: readonly TestCard[];
  readonly clock: Clock;
}

const CURRENCY = '978';
const MOST_MINOR = 2_500;
const KINDS = ['purchase', 'purchase', 'preauthorisation', 'advice', 'balance'] as const;

/** The next message: of any kind that the host knows, and once in a while one it must refuse. */
export function thinkOfMessage(thinking: Thinking): Entry {
  const { world, book } = thinking;
  if (world.onceIn(9)) return reconciliation(thinking);
  if (world.onceIn(16)) return keyChange(thinking);
  const standings = book.standings();
  if (standings.length === 0 || world.onceIn(2)) return withCard(thinking);
  return aboutPayment(thinking, world.random.pick(standings));
}

type Parts = Omit<Entry, 'sent' | 'reversal' | 'outcome'>;

function entry(parts: Parts): Entry {
  return { ...parts, sent: 0 };
}

function traceOf({ book, clock }: Thinking): MessageTrace {
  return traceNow(book.nextStan(), clock);
}

function withCard(thinking: Thinking): Entry {
  const { world, identity, cards } = thinking;
  const { random } = world;
  const kind = random.pick(KINDS);
  const amountMinor = kind === 'balance' ? 0n : BigInt(1 + random.below(MOST_MINOR));
  const card = random.pick(cards);
  const { pan, expiry, panSequenceNumber } = card.profile;
  const transactionType = kind === 'balance' ? '31' : '00';
  const sale = { amountMinor, currency: CURRENCY, transactionType };
  const trace = traceOf(thinking);
  const authorisation = buildAuthorisation(
    {
      ...{ ...sale, pan, expiry, panSequenceNumber, posEntryMode: '071' },
      iccData: card.sign({ ...sale, isOffline: kind === 'advice' }),
      cardholderVerification: random.pick(['none', 'cdcvm', 'cdcvm', 'cdcvm']),
      ...{ aid: 'F0544553534501', applicationLabel: 'TESSERA PAY' },
    },
    identity,
    trace,
    { channel: 'cashier', deviceInterface: 'simulated', basketLines: 1, cardTimeMs: 300 },
  );
  const formed = inForm(authorisation, kind, kind === 'purchase' ? anyMti(world) : undefined);
  const message = world.onceIn(2) ? withPartialApproval(formed) : formed;
  return entry({ kind, message, trace, amountMinor });
}

function anyMti({ random }: World): '0100' | '0200' {
  return random.pick(['0100', '0200']);
}

function withPartialApproval(message: Message): Message {
  const additional = encodeAdditionalData({ takesPartialApproval: true });
  return { ...message, fields: { ...message.fields, 48: additional } };
}

function aboutPayment(thinking: Thinking, standing: Standing): Entry {
  const { world, identity } = thinking;
  const kind = world.random.pick(
    standing.isHeld
      ? (['increment', 'completion', 'completion', 'void', 'refund'] as const)
      : (['refund', 'refund', 'void', 'completion', 'increment'] as const),
  );
  const amountMinor = amountFor(world, kind, standing);
  const { payment } = standing;
  const trace = traceOf(thinking);
  const original = { ...payment.trace, mti: payment.message.mti };
  const followUp = { kind, original, amountMinor, currency: CURRENCY };
  const message = buildFollowUp(followUp, identity, trace);
  const mustBe = expected(kind, amountMinor, standing);
  return entry({ kind, message, trace, amountMinor, about: payment, ...(mustBe && { mustBe }) });
}

/** A reversal is the program's, which sends it for what was not answered. */
type SentKind = Exclude<FollowUp['kind'], 'reversal'>;

/** Mostly an amount that can be; all of it, a part of it, or once in a while too much. */
function amountFor(world: World, kind: SentKind, standing: Standing): bigint {
  const { authorisedMinor, capturedMinor, refundedMinor, isHeld } = standing;
  const atMost = {
    increment: 500n,
    completion: authorisedMinor,
    refund: capturedMinor - refundedMinor,
    void: isHeld ? authorisedMinor : capturedMinor,
  }[kind];
  if (kind === 'void') return atMost;
  if (world.onceIn(8)) return atMost + 1n;
  const most = Number(atMost > 0n ? atMost : 1n);
  return world.onceIn(2) ? BigInt(most) : BigInt(1 + world.random.below(most));
}

/** What follows from where the payment stands; whether there is money for more is not known. */
function expected(
  kind: SentKind,
  amountMinor: bigint,
  { authorisedMinor, capturedMinor, refundedMinor, isHeld, isSettled, isVoided }: Standing,
): Entry['mustBe'] {
  const must = (isRight: boolean) => (isRight ? 'done' : 'refused');
  switch (kind) {
    case 'increment':
      return isHeld ? undefined : 'refused';
    case 'completion':
      return must(isHeld && amountMinor <= authorisedMinor);
    case 'refund':
      return must(amountMinor <= capturedMinor - refundedMinor);
    case 'void':
      return must(!isVoided && (isHeld || (!isSettled && refundedMinor === 0n)));
    default:
      return kind satisfies never;
  }
}

function reconciliation(thinking: Thinking): Entry {
  const { world, book, identity } = thinking;
  const totals = book.totals();
  const trace = traceOf(thinking);
  const mti = world.random.pick(['0500', '0500', '0520'] as const);
  const message = buildReconciliation(mti, { ...totals, currency: CURRENCY }, identity, trace);
  return entry({
    ...{ kind: 'reconciliation', message, trace, amountMinor: 0n, totals, mustBe: 'done' },
  });
}

function keyChange(thinking: Thinking): Entry {
  const trace = traceOf(thinking);
  const message = buildNetworkManagement('keyChange', thinking.identity, trace);
  return entry({ kind: 'key-change', message, trace, amountMinor: 0n, mustBe: 'done' });
}

import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import {
  type Actor,
  type LifeEvent,
  type State,
  TRANSITIONS,
  type Transition,
} from './transitions.ts';

/** Where a payment stands and how much of it; minor units of its one currency. */
export interface Position {
  readonly state: State;
  /** What the issuer promised, at most. */
  readonly authorisedMinor: bigint;
  /** What was taken; never more than was authorised. */
  readonly capturedMinor: bigint;
  /** What was given back; with `chargedBackMinor` never more than was captured. */
  readonly refundedMinor: bigint;
  readonly chargedBackMinor: bigint;
  /** It is in a batch that was closed. */
  readonly isSettled: boolean;
}

/** Something that happens to a payment. The amount matters where one is moved. */
export interface Happening {
  readonly event: LifeEvent;
  readonly by: Actor;
  readonly amountMinor?: bigint;
}

/** Whose money a payment moves; what is disputed is set aside in a reserve. */
export type Holder = 'card' | 'held' | 'merchant' | 'reserve';

/** An amount above zero on its way. */
export interface Move {
  readonly from: Holder;
  readonly to: Holder;
  readonly amountMinor: bigint;
}

/** A step that may be taken: where it leads and what has to be booked. */
export interface Step {
  readonly position: Position;
  readonly moves: readonly Move[];
}

/** Why a step may not be taken. */
export type Refusal =
  /** There is no such transition from here. */
  | 'no-such-transition'
  /** There is, and somebody else may cause it. */
  | 'wrong-actor'
  /** Not above zero, or more than there is. */
  | 'bad-amount'
  /** It was paid out or given back already: a refund of what is left is the way. */
  | 'too-late';

/** A payment before its first message. */
export const NEW: Position = {
  state: 'new',
  authorisedMinor: 0n,
  capturedMinor: 0n,
  refundedMinor: 0n,
  chargedBackMinor: 0n,
  isSettled: false,
};

/** What is held on the card and was not taken. */
export function heldMinor({ state, authorisedMinor }: Position): bigint {
  return state === 'authorised' || state === 'reversal-due' ? authorisedMinor : 0n;
}

/** What can still be given back. */
export function leftMinor(position: Position): bigint {
  return position.capturedMinor - position.refundedMinor - position.chargedBackMinor;
}

/** What follows from a happening. It changes nothing and depends on nothing else. */
export function advance(position: Position, happening: Happening): Result<Step, Refusal> {
  const amounts = applyAmounts(position, happening);
  const rows: readonly Transition[] = TRANSITIONS;
  const known = rows.filter(
    ({ event, from }) => event === happening.event && from.includes(position.state),
  );
  if (known.length === 0) return fail('no-such-transition');
  const allowed = known.filter(({ by }) => by.includes(happening.by));
  if (allowed.length === 0) return fail('wrong-actor');
  if (!amounts) return fail('bad-amount');
  const next = { ...position, ...amounts.changed };
  const row = allowed.find(({ when }) => {
    if (when === undefined) return true;
    if (when === 'unrefunded') return position.refundedMinor === 0n;
    if (when === 'unsettled') return !position.isSettled && position.refundedMinor === 0n;
    return (leftMinor(next) === 0n) === (when === 'all');
  });
  if (!row) return fail('too-late');
  const state = row.to === 'same' ? position.state : row.to;
  const moves = amounts.moves.filter(({ amountMinor }) => amountMinor > 0n);
  return ok({ position: { ...next, state }, moves });
}

interface Amounts {
  readonly changed: Partial<Position>;
  readonly moves: readonly Move[];
}

const move = (from: Holder, to: Holder, amountMinor: bigint): Move => ({ from, to, amountMinor });

/** What changes in the amounts; `undefined` when the amount is one that cannot be. */
function applyAmounts(position: Position, happening: Happening): Amounts | undefined {
  const { event, amountMinor = 0n } = happening;
  switch (event) {
    case 'ask':
    case 'decline':
    case 'give-up':
      return { changed: {}, moves: [] };
    case 'dispute':
      return { changed: {}, moves: [move('merchant', 'reserve', leftMinor(position))] };
    case 'win-dispute':
      return { changed: {}, moves: [move('reserve', 'merchant', leftMinor(position))] };
    case 'settle':
      return { changed: { isSettled: true }, moves: [] };
    case 'reverse':
    case 'void':
    case 'expire':
      return letGo(position);
    case 'lose-dispute': {
      const left = leftMinor(position);
      const changed = { chargedBackMinor: position.chargedBackMinor + left };
      return { changed, moves: [move('reserve', 'card', left)] };
    }
    default:
      return amountMinor > 0n ? moveAmount(position, event, amountMinor) : undefined;
  }
}

type MovingEvent =
  | 'approve-purchase'
  | 'approve-hold'
  | 'late-approval'
  | 'increment'
  | 'undo-increment'
  | 'capture'
  | 'refund'
  | 'undo-refund';

function moveAmount(
  position: Position,
  event: MovingEvent,
  amountMinor: bigint,
): Amounts | undefined {
  const { state, authorisedMinor, refundedMinor } = position;
  switch (event) {
    case 'approve-purchase':
      return {
        changed: { authorisedMinor: amountMinor, capturedMinor: amountMinor },
        moves: [move('card', 'merchant', amountMinor)],
      };
    case 'late-approval':
      // What was reversed before it came is refused: nothing of it is booked.
      if (state === 'reversed-unseen') return { changed: {}, moves: [] };
      if (authorisedMinor > 0n) return undefined;
      return hold(authorisedMinor, amountMinor);
    case 'approve-hold':
    case 'increment':
      return hold(authorisedMinor, amountMinor);
    case 'undo-increment':
      if (amountMinor >= authorisedMinor) return undefined;
      return {
        changed: { authorisedMinor: authorisedMinor - amountMinor },
        moves: [move('held', 'card', amountMinor)],
      };
    case 'capture':
      if (amountMinor > authorisedMinor) return undefined;
      return {
        changed: { capturedMinor: amountMinor },
        moves: [
          move('held', 'merchant', amountMinor),
          move('held', 'card', authorisedMinor - amountMinor),
        ],
      };
    case 'refund':
      if (amountMinor > leftMinor(position)) return undefined;
      return {
        changed: { refundedMinor: refundedMinor + amountMinor },
        moves: [move('merchant', 'card', amountMinor)],
      };
    case 'undo-refund':
      if (amountMinor > refundedMinor) return undefined;
      return {
        changed: { refundedMinor: refundedMinor - amountMinor },
        moves: [move('card', 'merchant', amountMinor)],
      };
    default:
      return event satisfies never;
  }
}

function hold(authorisedMinor: bigint, amountMinor: bigint): Amounts {
  return {
    changed: { authorisedMinor: authorisedMinor + amountMinor },
    moves: [move('card', 'held', amountMinor)],
  };
}

/** Everything goes back to where it came from. */
function letGo(position: Position): Amounts {
  return {
    changed: { authorisedMinor: 0n, capturedMinor: 0n },
    moves: [
      move('held', 'card', heldMinor(position)),
      move('merchant', 'card', position.capturedMinor - position.refundedMinor),
    ],
  };
}

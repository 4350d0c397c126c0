import fc from 'fast-check';
import { expect, test } from 'vitest';
import { advance, type Happening, heldMinor, leftMinor, NEW, type Position } from './advance.ts';
import { type LifeEvent, STATES, type State, TRANSITIONS } from './transitions.ts';

const EVENTS = [...new Set(TRANSITIONS.map(({ event }) => event))];
const happenings: fc.Arbitrary<readonly Happening[]> = fc.array(
  fc.record({
    event: fc.constantFrom<LifeEvent>(...EVENTS),
    by: fc.constantFrom('terminal', 'host', 'issuer', 'clock', 'operator'),
    amountMinor: fc.bigInt(-1n, 12n),
  }),
  { maxLength: 40, size: 'max' },
);

interface Lived {
  readonly position: Position;
  /** What is on each account, had all begun with nothing. */
  readonly card: bigint;
  readonly held: bigint;
  readonly merchant: bigint;
  readonly reserve: bigint;
  readonly taken: readonly LifeEvent[];
}

const NOTHING = { card: 0n, held: 0n, merchant: 0n, reserve: 0n };

/** Lives through what happens; what is refused changes nothing. */
function live(all: readonly Happening[], check: (lived: Lived) => void): Lived {
  let lived: Lived = { position: NEW, ...NOTHING, taken: [] };
  for (const happening of all) {
    const step = advance(lived.position, happening);
    if (!step.ok) continue;
    const { card, held, merchant, reserve } = lived;
    const accounts = { card, held, merchant, reserve };
    for (const { from, to, amountMinor } of step.value.moves) {
      accounts[from] -= amountMinor;
      accounts[to] += amountMinor;
    }
    const taken = [...lived.taken, happening.event];
    lived = { position: step.value.position, ...accounts, taken };
    check(lived);
  }
  return lived;
}

test('captured <= authorised, refunded <= captured, and the accounts say the same', () => {
  fc.assert(
    fc.property(happenings, (all) => {
      live(all, ({ position, card, held, merchant, reserve }) => {
        expect(position.capturedMinor).toBeLessThanOrEqual(position.authorisedMinor);
        expect(leftMinor(position)).toBeGreaterThanOrEqual(0n);
        expect(position.refundedMinor).toBeGreaterThanOrEqual(0n);
        expect(held).toBe(heldMinor(position));
        const isDisputed = position.state === 'disputed';
        expect(merchant).toBe(isDisputed ? 0n : leftMinor(position));
        expect(reserve).toBe(isDisputed ? leftMinor(position) : 0n);
        expect(card).toBe(-held - merchant - reserve);
      });
    }),
    { numRuns: 3_000 },
  );
});

const HOLDING: readonly State[] = ['authorised', 'reversal-due'];
const PAID: readonly State[] = ['captured', 'refunded', 'disputed', 'charged-back'];

test('only what was captured is owed to a merchant; what ended otherwise holds nothing', () => {
  fc.assert(
    fc.property(happenings, (all) => {
      live(all, ({ position, held, merchant, card }) => {
        if (!HOLDING.includes(position.state)) expect(held).toBe(0n);
        if (!PAID.includes(position.state)) expect(merchant).toBe(0n);
        if (![...PAID, ...HOLDING].includes(position.state)) expect(card).toBe(0n);
      });
    }),
    { numRuns: 3_000 },
  );
});

/** Where each state can lead, by anybody, with any amounts. */
function nextStates(state: State): readonly State[] {
  return TRANSITIONS.flatMap(({ from, to }) =>
    (from as readonly State[]).includes(state) ? [to === 'same' ? state : to] : [],
  );
}

function reachable(from: State, forbidden: readonly State[] = []): ReadonlySet<State> {
  const seen = new Set<State>([from]);
  for (const state of seen) {
    for (const next of nextStates(state)) if (!forbidden.includes(next)) seen.add(next);
  }
  return seen;
}

test('every state can be reached, and an approval leads to a capture or is let go', () => {
  expect([...reachable('new')].toSorted()).toEqual(Object.keys(STATES).toSorted());
  const ends: readonly State[] = ['captured', 'voided', 'expired', 'reversed'];
  expect([...reachable('authorised', ends)]).toEqual(['authorised']);
  for (const end of ends) expect(nextStates('authorised')).toContain(end);
});

test('an approval that comes too late is reversed and nothing else', () => {
  expect(new Set(nextStates('reversal-due'))).toEqual(new Set(['reversal-due', 'reversed']));
  const step = (position: Position, happening: Happening): Position => {
    const taken = advance(position, happening);
    if (!taken.ok) throw new Error(taken.error);
    return taken.value.position;
  };
  const asked = step(NEW, { event: 'ask', by: 'host' });
  const due = step(asked, { event: 'give-up', by: 'clock' });
  const late = step(due, { event: 'late-approval', by: 'issuer', amountMinor: 5n });
  expect(heldMinor(late)).toBe(5n);
  expect(advance(late, { event: 'capture', by: 'terminal', amountMinor: 5n }).ok).toBe(false);
  const end = advance(late, { event: 'reverse', by: 'host' });
  expect(end).toMatchObject({ value: { moves: [{ from: 'held', to: 'card', amountMinor: 5n }] } });
  const unseen = step(NEW, { event: 'reverse', by: 'terminal' });
  const refused = advance(unseen, { event: 'late-approval', by: 'issuer', amountMinor: 5n });
  expect(refused).toMatchObject({ value: { position: { state: 'reversed-unseen' }, moves: [] } });
});

test('who may not cause a transition is refused, and so is what was paid out', () => {
  const captured: Position = {
    ...NEW,
    state: 'captured',
    authorisedMinor: 9n,
    capturedMinor: 9n,
    isSettled: true,
  };
  expect(advance(captured, { event: 'void', by: 'terminal' })).toMatchObject({ error: 'too-late' });
  expect(advance(captured, { event: 'dispute', by: 'terminal' })).toMatchObject({
    error: 'wrong-actor',
  });
  expect(advance(captured, { event: 'capture', by: 'terminal', amountMinor: 1n })).toMatchObject({
    error: 'no-such-transition',
  });
  expect(advance(captured, { event: 'refund', by: 'terminal', amountMinor: 10n })).toMatchObject({
    error: 'bad-amount',
  });
});

test('a payment is approved once and captured once', () => {
  fc.assert(
    fc.property(happenings, (all) => {
      const { taken } = live(all, () => undefined);
      const paid = taken.filter((event) => event.startsWith('approve-'));
      expect(paid.length).toBeLessThanOrEqual(1);
      expect(taken.filter((event) => event === 'capture').length).toBeLessThanOrEqual(1);
    }),
  );
});

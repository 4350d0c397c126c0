import fc from 'fast-check';
import { expect, test } from 'vitest';
import { totalsOfDay } from './day-totals.ts';
import type { FollowUpKind, OriginalData, Payment, PaymentEvent, PaymentKind } from './payment.ts';
import { amountsOf, checkFollowUp, followUpDue } from './payment-follow-ups.ts';
import { applyEvent, foldPayment, nextStep } from './payment-state.ts';

const AT = { transmittedAt: '1124131500', localTime: '141500', localDate: '1124' };
const AUTHORISATION: OriginalData = { mti: '0100', stan: 1, ...AT };

function approved(kind: PaymentKind): PaymentEvent[] {
  const intent = { saleId: 's', amountMinor: 1_000n, currency: '978', lines: [], kind };
  return [
    { type: 'intent', atMs: 1, ...intent },
    {
      ...{ type: 'authorisation-sent', atMs: 2, original: AUTHORISATION },
      ...{ maskedPan: '999999******0016', applicationLabel: '', aid: '' },
    },
    { type: 'authorisation-answered', atMs: 3, responseCode: '00' },
    { type: 'closed', atMs: 4, end: 'approved' },
  ];
}

function folded(events: readonly PaymentEvent[]): Payment {
  const payment = foldPayment(events);
  if (!payment.ok) throw new Error(`${payment.error.kind} ${payment.error.path}`);
  return payment.value;
}

const KINDS: readonly FollowUpKind[] = ['increment', 'completion', 'refund', 'void', 'reversal'];
const deed = fc.record({
  kind: fc.constantFrom(...KINDS),
  amountMinor: fc.oneof(fc.bigInt(-1n, 2_000n), fc.constantFrom(0n, 500n, 1_000n, 1_500n)),
  takesBack: fc.integer({ min: 1, max: 9 }),
  /** What the host says; nothing where it has not been told. */
  code: fc.constantFrom('00', '00', '12', undefined),
});
const life = fc.record({
  kind: fc.constantFrom<PaymentKind>('purchase', 'preauthorisation', 'balance'),
  deeds: fc.array(deed, { maxLength: 9 }),
});

/** The events of a payment about which everything is tried, and done where it may be. */
function live({ kind, deeds }: typeof life extends fc.Arbitrary<infer T> ? T : never) {
  const events = approved(kind);
  for (const [index, { code, ...wanted }] of deeds.entries()) {
    const payment = folded(events);
    const original = checkFollowUp(payment, wanted);
    const stan = 2 + index;
    const queued: PaymentEvent = {
      ...{ type: 'follow-up-queued', atMs: 5, kind: wanted.kind },
      message: { mti: '0220', stan, ...AT },
      original: original.ok
        ? original.value
        : { mti: '0100', stan: wanted.takesBack, transmittedAt: AT.transmittedAt },
      amountMinor: wanted.amountMinor,
    };
    // The journal takes exactly what the desk may begin.
    expect(applyEvent(payment, queued).ok).toBe(original.ok);
    if (!original.ok) continue;
    events.push(queued);
    if (code === undefined || followUpDue(folded(events))?.queued.message.stan !== stan) continue;
    events.push({ type: 'follow-up-sent', atMs: 6, stan, attempt: 1 });
    events.push({ type: 'follow-up-answered', atMs: 7, stan, responseCode: code });
  }
  return events;
}

test('whatever is done, no more is given back than was taken, or taken than was held', () => {
  fc.assert(
    fc.property(life, (given) => {
      const events = live(given);
      const payment = folded(events);
      for (const confirmedOnly of [false, true]) {
        const { heldMinor, takenMinor, refundedMinor } = amountsOf(payment, confirmedOnly);
        expect(heldMinor === 0n || takenMinor === 0n).toBe(true);
        for (const amount of [heldMinor, takenMinor, refundedMinor]) {
          expect(amount).toBeGreaterThanOrEqual(0n);
        }
      }
      const { takenMinor, refundedMinor, isVoided } = amountsOf(payment);
      expect(isVoided || refundedMinor <= takenMinor).toBe(true);
      if (given.kind === 'balance') expect(payment.followUps ?? []).toEqual([]);
    }),
  );
});

test('what is owed to the host is due in the order in which it was decided', () => {
  fc.assert(
    fc.property(life, (given) => {
      const payment = folded(live(given));
      const owed = (payment.followUps ?? []).filter((each) => each.responseCode === undefined);
      const step = nextStep(payment, 'restart');
      expect(step.type).toBe(owed.length > 0 ? 'deliver' : 'nothing');
      if (step.type === 'deliver') expect(step.followUp).toBe(owed[0]?.queued);
    }),
  );
});

test('a day counts what the host confirmed on it, and nothing of another day', () => {
  const undisturbed = life.map(({ kind, deeds }) => ({
    kind,
    deeds: deeds.filter((each) => each.kind !== 'void' && each.kind !== 'reversal'),
  }));
  fc.assert(
    fc.property(undisturbed, fc.nat(40), (given, at) => {
      const events = live(given);
      const cut = Math.min(at, events.length);
      const before = cut === 0 ? undefined : folded(events.slice(0, cut));
      const confirmed = (kind: FollowUpKind) =>
        events.slice(cut).flatMap((event) => {
          if (event.type !== 'follow-up-answered' || event.responseCode !== '00') return [];
          return events.flatMap((each) =>
            each.type === 'follow-up-queued' &&
            each.message.stan === event.stan &&
            each.kind === kind
              ? [each.amountMinor]
              : [],
          );
        });
      const debits = [
        ...confirmed('completion'),
        ...(given.kind === 'purchase' && cut < 4 ? [1_000n] : []),
      ];
      const credits = confirmed('refund');
      expect(totalsOfDay([{ before, now: folded(events) }])).toEqual({
        credits: credits.length,
        creditsMinor: credits.reduce((sum, each) => sum + each, 0n),
        debits: debits.length,
        debitsMinor: debits.reduce((sum, each) => sum + each, 0n),
      });
    }),
  );
});

test('an answer to what was never sent, or to another follow-up, is no step', () => {
  const payment = folded(
    live({
      kind: 'purchase',
      deeds: [{ kind: 'refund', amountMinor: 5n, takesBack: 1, code: undefined }],
    }),
  );
  for (const event of [
    { type: 'follow-up-answered', atMs: 8, stan: 2, responseCode: '00' },
    { type: 'follow-up-sent', atMs: 8, stan: 3, attempt: 1 },
    { type: 'follow-up-sent', atMs: 8, stan: 2, attempt: 2 },
    { type: 'reversal-sent', atMs: 8, stan: 9, attempt: 1, reason: 'timeout' },
  ] as const) {
    expect(applyEvent(payment, event)).toMatchObject({ error: { kind: 'illegal-transition' } });
  }
});

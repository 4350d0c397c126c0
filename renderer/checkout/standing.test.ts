import { describe, expect, test } from 'vitest';
import type { PaymentView, TerminalState } from '#bridge/terminal-api.ts';
import { ScriptedTerminal } from '../development/scripted-terminal.ts';
import { isOver, nextStep, stepAfterDismissal, stepFromLookup } from './standing.ts';

const idle: TerminalState = new ScriptedTerminal().state;

function view(state: PaymentView['state'], saleId = 'mine'): PaymentView {
  return { paymentId: 'p', saleId, amountMinor: 1n, state, sinceMs: 0, cancellable: false };
}

describe('the next step of a sale', () => {
  test('the terminal’s word about this sale is shown, whatever we thought', () => {
    const payment = view('authorising');
    const terminal = { ...idle, payment };
    for (const kind of ['draft', 'checking', 'starting'] as const) {
      expect(nextStep('mine', { kind }, terminal)).toEqual({ kind: 'show', payment });
    }
  });

  test('a payment of another sale does not touch this one', () => {
    const terminal = { ...idle, payment: view('ready', 'other') };
    expect(nextStep('mine', { kind: 'draft' }, terminal)).toEqual({ kind: 'stay' });
  });

  test('a payment that was set aside takes its sale along', () => {
    const payment = view('unknown');
    const terminal = { ...idle, unresolved: [payment] };
    expect(nextStep('mine', { kind: 'draft' }, terminal)).toEqual({ kind: 'park', payment });
  });

  test('one that was set aside and is over leaves the sale alone', () => {
    const terminal = { ...idle, unresolved: [view('reversed')] };
    expect(nextStep('mine', { kind: 'draft' }, terminal)).toEqual({ kind: 'stay' });
    expect(nextStep('mine', { kind: 'checking' }, terminal)).toEqual({ kind: 'ask' });
  });

  test.each([
    ['approved', 'finish'],
    ['declined', 'draft'],
    ['cancelled', 'draft'],
    ['reversed', 'draft'],
    ['ready', 'ask'],
    ['authorising', 'ask'],
    ['unknown', 'ask'],
  ] as const)('after %s is gone from the till: %s', (state, kind) => {
    expect(nextStep('mine', { kind: 'payment', payment: view(state) }, idle).kind).toBe(kind);
  });

  test('a basket found after a reload is asked for before it may be changed', () => {
    expect(nextStep('mine', { kind: 'checking' }, idle)).toEqual({ kind: 'ask' });
    expect(stepFromLookup(undefined)).toEqual({ kind: 'draft' });
    expect(stepFromLookup(view('approved'))).toEqual({ kind: 'finish' });
    expect(stepFromLookup(view('unknown')).kind).toBe('show');
  });

  test('only a payment that is over leaves the till; an unknown one is parked', () => {
    expect(stepAfterDismissal(view('unknown')).kind).toBe('park');
    expect(stepAfterDismissal(view('declined')).kind).toBe('draft');
    expect(isOver(view('authorising'))).toBe(false);
  });
});

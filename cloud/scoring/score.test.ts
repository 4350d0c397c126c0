import { describe, expect, test } from 'vitest';
import type { Features } from './features.ts';
import { RULES } from './rules.ts';
import { isSatisfied, score } from './score.ts';

/** A sale of 14.30 at two in the afternoon, the card's first today. */
const ORDINARY: Features = {
  amountMinor: 1_430n,
  localHour: 14,
  verification: 'none',
  cardLast10Min: 0,
  cardLast24H: 0,
  cardMerchants24H: 1,
  terminalLast10Min: 3,
  terminalDeclines10Min: 0,
  cardTimeMs: 300,
};

test('an ordinary sale is safe and asks for nothing', () => {
  expect(score(ORDINARY)).toEqual({ score: 0, tier: 'low', reasons: [], requiredMethod: 'none' });
});

describe('each rule fires at its threshold and not before', () => {
  test.each<[string, Partial<Features>, Partial<Features>]>([
    ['A01', { amountMinor: 24_999n }, { amountMinor: 25_000n }],
    ['A02', { amountMinor: 99_999n }, { amountMinor: 100_000n }],
    ['C01', { amountMinor: 5_000n }, { amountMinor: 5_001n }],
    ['C01', { amountMinor: 6_000n, verification: 'cdcvm' }, { amountMinor: 6_000n }],
    [
      'C01',
      { amountMinor: 6_000n, verification: 'online-pin' },
      { amountMinor: 6_000n, verification: 'signature' },
    ],
    ['V01', { cardLast10Min: 4 }, { cardLast10Min: 5 }],
    ['V02', { cardLast24H: 19 }, { cardLast24H: 20 }],
    ['V03', { cardMerchants24H: 4 }, { cardMerchants24H: 5 }],
    ['T01', { terminalLast10Min: 59 }, { terminalLast10Min: 60 }],
    ['T02', { terminalDeclines10Min: 9 }, { terminalDeclines10Min: 10 }],
    ['H01', { localHour: 5 }, { localHour: 4 }],
    ['R01', { cardTimeMs: 2_999 }, { cardTimeMs: 3_000 }],
    ['R01', { cardTimeMs: undefined }, { cardTimeMs: 3_000 }],
  ])('%s', (code, before, at) => {
    expect(score({ ...ORDINARY, ...before }).reasons).not.toContain(code);
    expect(score({ ...ORDINARY, ...at }).reasons).toContain(code);
  });
});

test('reasons come heaviest first, and the score is their sum up to 1000', () => {
  const risky = { ...ORDINARY, amountMinor: 30_000n, localHour: 2, cardLast10Min: 9 };
  expect(score(risky)).toMatchObject({ score: 900, reasons: ['C01', 'V01', 'A01', 'H01'] });
  const all = { ...risky, amountMinor: 200_000n, cardLast24H: 30, terminalLast10Min: 99 };
  expect(score(all)).toMatchObject({ score: 1000, tier: 'high', requiredMethod: 'refuse' });
});

test('tiers and methods follow the score', () => {
  const rules = (points: number) => [
    { ...RULES[0], code: 'X', meaning: '', points, fires: () => true },
  ];
  const at = (points: number) => score(ORDINARY, rules(points));
  expect([299, 300, 599, 600, 799, 800].map((points) => at(points).tier)).toEqual([
    ...['low', 'medium', 'medium', 'high', 'high', 'high'],
  ]);
  expect([299, 599, 600, 800].map((points) => at(points).requiredMethod)).toEqual([
    ...['none', 'none', 'cdcvm', 'refuse'],
  ]);
  expect(score({ ...ORDINARY, amountMinor: 5_001n }).requiredMethod).toBe('cdcvm');
});

test('a method is satisfied by what verifies a person as much', () => {
  const by = (verification: Features['verification']) => ({ ...ORDINARY, verification });
  expect(isSatisfied('none', by('none'))).toBe(true);
  expect(isSatisfied('cdcvm', by('none'))).toBe(false);
  expect(isSatisfied('cdcvm', by('cdcvm'))).toBe(true);
  expect(isSatisfied('pin', by('cdcvm'))).toBe(false);
  expect(isSatisfied('pin', by('online-pin'))).toBe(true);
  expect(isSatisfied('refuse', by('online-pin'))).toBe(false);
});

test('codes are unique', () => {
  expect(new Set(RULES.map((rule) => rule.code)).size).toBe(RULES.length);
});

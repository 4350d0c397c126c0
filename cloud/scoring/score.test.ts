import { describe, expect, test } from 'vitest';
import type { Features } from './features.ts';
import { score } from './score.ts';
import { modelTextOf, ORDINARY, scorerOf } from './scorers.fixture.ts';

const DEFAULT = scorerOf();

test('an ordinary sale is safe and asks for nothing', () => {
  expect(score(DEFAULT, ORDINARY)).toEqual({
    score: 0,
    tier: 'low',
    reasons: [],
    requiredMethod: 'none',
    exemption: 'contactless',
    probability: null,
  });
});

describe('each rule fires at its threshold and not before', () => {
  test.each<[string, Partial<Features>, Partial<Features>]>([
    ['A01', { amountMinor: 24_999 }, { amountMinor: 25_000 }],
    ['A02', { amountMinor: 99_999 }, { amountMinor: 100_000 }],
    ['C01', { amountMinor: 5_000 }, { amountMinor: 5_001 }],
    ['C01', { amountMinor: 6_000, verification: 'cdcvm' }, { amountMinor: 6_000 }],
    [
      'C01',
      { amountMinor: 6_000, verification: 'online-pin' },
      { amountMinor: 6_000, verification: 'signature' },
    ],
    ['V01', { cardLast10Min: 4 }, { cardLast10Min: 5 }],
    ['V02', { cardLast24H: 19 }, { cardLast24H: 20 }],
    ['V03', { cardMerchants24H: 4 }, { cardMerchants24H: 5 }],
    ['T01', { terminalLast10Min: 59 }, { terminalLast10Min: 60 }],
    ['T02', { terminalDeclines10Min: 9 }, { terminalDeclines10Min: 10 }],
    ['H01', { localHour: 5 }, { localHour: 4 }],
    ['R01', { cardTimeMs: 2_999 }, { cardTimeMs: 3_000 }],
    ['R01', { cardTimeMs: null }, { cardTimeMs: 3_000 }],
    ['D01', { deviceCards24H: 4 }, { deviceCards24H: 5 }],
    ['D02', { attestation: 'absent' }, { attestation: 'failed' }],
    [
      'T03',
      { terminalFrauds28Days: 3, terminalFraudRate28Days: 0.04 },
      { terminalFrauds28Days: 3, terminalFraudRate28Days: 0.05 },
    ],
  ])('%s', (code, before, at) => {
    expect(score(DEFAULT, { ...ORDINARY, ...before }).reasons).not.toContain(code);
    expect(score(DEFAULT, { ...ORDINARY, ...at }).reasons).toContain(code);
  });
});

test('reasons come heaviest first, and the score is their sum up to 1000', () => {
  const risky = { ...ORDINARY, amountMinor: 30_000, localHour: 2, cardLast10Min: 9 };
  expect(score(DEFAULT, risky)).toMatchObject({
    score: 900,
    reasons: ['C01', 'V01', 'A01', 'H01'],
  });
  const all = { ...risky, amountMinor: 200_000, cardLast24H: 30, terminalLast10Min: 99 };
  expect(score(DEFAULT, all)).toMatchObject({
    score: 1000,
    tier: 'high',
    requiredMethod: 'refuse',
  });
});

test('tiers and methods follow the score', () => {
  const when = { feature: 'amountMinor', is: '>', than: 0 };
  const at = (points: number) => {
    const rules = [{ code: 'X1', meaning: 'always', points, when }];
    return score(scorerOf({ rules }), ORDINARY);
  };
  expect([299, 300, 599, 600, 799, 800].map((points) => at(points).tier)).toEqual([
    ...['low', 'medium', 'medium', 'high', 'high', 'high'],
  ]);
  expect([299, 599, 600, 800].map((points) => at(points).requiredMethod)).toEqual([
    ...['none', 'none', 'cdcvm', 'refuse'],
  ]);
  const above = { ...ORDINARY, amountMinor: 5_001 };
  expect(score(DEFAULT, above).requiredMethod).toBe('cdcvm');
});

test('a model adds its share, and its reasons stand among those of the rules', () => {
  const scorer = scorerOf({}, modelTextOf(20_000));
  const safe = score(scorer, ORDINARY);
  expect(safe).toMatchObject({ reasons: [], probability: expect.closeTo(0.0045, 3) });
  expect(safe.score).toBe(Math.round(600 * (safe.probability ?? 0)));
  const risky = { ...ORDINARY, amountMinor: 30_000, verification: 'cdcvm' } as const;
  const judged = score(scorer, risky);
  expect(judged.probability).toBeCloseTo(0.99, 2);
  expect(judged).toMatchObject({ score: 150 + 594, tier: 'high', reasons: ['F01', 'A01'] });
});

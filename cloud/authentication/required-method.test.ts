import { describe, expect, test } from 'vitest';
import type { Features } from '../scoring/features.ts';
import { ORDINARY, scorerOf } from '../scoring/scorers.fixture.ts';
import { isSatisfied, requiredMethod } from './required-method.ts';

const POLICY = scorerOf().ruleSet.stepUp;
const asked = (change: Partial<Features>, tier: Parameters<typeof requiredMethod>[0] = 'low') =>
  requiredMethod(tier, { ...ORDINARY, ...change }, POLICY);
const EXEMPT = { method: 'none', exemption: 'contactless' };

describe('at the till', () => {
  test.each<[string, Partial<Features>, object]>([
    ['50.00 once', { amountMinor: 5_000 }, EXEMPT],
    ['50.01 once', { amountMinor: 5_001 }, { method: 'cdcvm' }],
    ['the fifth tap', { cardUnverified: 4 }, EXEMPT],
    ['the sixth tap', { cardUnverified: 5 }, { method: 'cdcvm' }],
    ['up to 150.00', { amountMinor: 1_000, cardUnverifiedMinor: 14_000 }, EXEMPT],
    ['above 150.00', { amountMinor: 1_001, cardUnverifiedMinor: 14_000 }, { method: 'cdcvm' }],
    ['another currency', { currency: 840 }, { method: 'cdcvm' }],
    ['no trust in the wearable', { amountMinor: 5_001, attestation: 'failed' }, { method: 'pin' }],
  ])('%s', (_, change, requirement) => expect(asked(change)).toEqual(requirement));

  test('medium risk is exempt like low, high is not, and the highest is refused', () => {
    expect(asked({}, 'medium')).toEqual(EXEMPT);
    expect(asked({}, 'high')).toEqual({ method: 'cdcvm' });
    expect(asked({}, 'refuse')).toEqual({ method: 'refuse' });
  });
});

describe('without a card in the field the known fraud rate decides', () => {
  test.each<[number, number | null, boolean]>([
    [10_000, 0.0013, true],
    [10_000, 0.00131, false],
    [10_001, 0.0013, false],
    [25_000, 0.0006, true],
    [25_000, 0.00061, false],
    [50_000, 0.0001, true],
    [50_000, 0.00011, false],
    [50_001, 0, false],
    [1, null, false],
  ])('%i at a rate of %s: %s', (amountMinor, merchantFraudRate90Days, exempt) => {
    const change = { channel: 'web', amountMinor, merchantFraudRate90Days } as const;
    expect(asked(change)).toEqual(
      exempt ? { method: 'none', exemption: 'risk-analysis' } : { method: 'fido2' },
    );
    expect(asked(change, 'medium')).toEqual({ method: 'fido2' });
  });
});

test('a method is satisfied by what verifies a person as much', () => {
  const ways = ['unknown', 'none', 'signature', 'cdcvm', 'online-pin', 'fido2'] as const;
  const satisfying = (method: Parameters<typeof isSatisfied>[0]) =>
    ways.filter((way) => isSatisfied(method, way));
  expect(satisfying('none')).toEqual(ways);
  expect(satisfying('cdcvm')).toEqual(['cdcvm', 'online-pin', 'fido2']);
  expect(satisfying('pin')).toEqual(['online-pin']);
  expect(satisfying('fido2')).toEqual(['fido2']);
  expect(satisfying('refuse')).toEqual([]);
});

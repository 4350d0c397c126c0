import { describe, expect, test } from 'vitest';
import { hex } from '../../bytes/hex.ts';
import {
  decodeRelayResistanceAnswer,
  measureRelayResistance,
  type RelayResistanceLimits,
} from './relay-resistance.ts';

const limits: RelayResistanceLimits = {
  minGrace: 20,
  maxGrace: 50,
  commandTime: 18,
  answerTime: 24,
  accuracyThreshold: 300,
  mismatchThresholdPercent: 50,
};
const answer = { minTime: 100, maxTime: 200, transmissionTime: 30 };
/** Time on the way: 18 for the command and the shorter of 24 and 30 for the answer. */
const ON_THE_WAY_US = 4200;

describe('the time of one exchange', () => {
  const fine = { tooFast: false, limitsExceeded: false, thresholdExceeded: false, timeExcess: 0 };

  test.each([
    ['within what the card says', 15_000, {}],
    ['at the shortest with the grace', 8_000, {}],
    ['below it', 7_999, { tooFast: true }],
    ['at the longest', 20_099, {}],
    ['above it, within the grace', 20_100, { timeExcess: 1 }],
    ['at the longest with the grace', 25_000, { timeExcess: 50 }],
    ['above it', 25_100, { timeExcess: 51, limitsExceeded: true }],
    ['at the accuracy', 40_000, { timeExcess: 200, limitsExceeded: true }],
    [
      'above the accuracy',
      40_100,
      { timeExcess: 201, limitsExceeded: true, thresholdExceeded: true },
    ],
  ])('%s', (_, processingUs, found) => {
    expect(measureRelayResistance(answer, limits, ON_THE_WAY_US + processingUs)).toMatchObject({
      ...fine,
      ...found,
    });
  });

  test('less than the way takes counts as none', () => {
    const none = measureRelayResistance({ ...answer, minTime: 20 }, limits, 100);
    expect(none).toMatchObject({ ...fine, measured: 0 });
    expect(measureRelayResistance(answer, limits, 100)).toMatchObject({ ...fine, tooFast: true });
  });

  test('a time that was not measured counts as the longest', () => {
    const unmeasured = measureRelayResistance(answer, limits, undefined);
    expect(unmeasured).toEqual(measureRelayResistance(answer, limits, 6_553_500));
    expect(unmeasured).toMatchObject({ limitsExceeded: true, timeExcess: 65_535 - 42 - 200 });
  });

  test.each([
    [11, true],
    [12, false],
    [48, false],
    [49, true],
    [0, false],
  ])('the card thinks its answer takes %i on the way: %s', (transmissionTime, exceeded) => {
    const found = measureRelayResistance({ ...answer, transmissionTime }, limits, 19_000);
    expect(found.thresholdExceeded).toBe(exceeded);
  });

  test('a terminal that does not know the way compares nothing', () => {
    const blind = { ...limits, answerTime: 0 };
    expect(measureRelayResistance(answer, blind, 90_000).thresholdExceeded).toBe(false);
  });
});

describe('the answer', () => {
  test('is ten bytes', () => {
    const value = hex('11223344006400C8001E');
    expect(decodeRelayResistanceAnswer(value)).toEqual(answer);
    expect(decodeRelayResistanceAnswer(value.subarray(1))).toBeUndefined();
    expect(decodeRelayResistanceAnswer(hex('11223344006400C8001E00'))).toBeUndefined();
    expect(decodeRelayResistanceAnswer(hex(''))).toBeUndefined();
  });
});

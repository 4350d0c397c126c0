import fc from 'fast-check';
import { expect, test } from 'vitest';
import { replayDecision, scoreLive } from './decision-log.ts';
import { encodeFeatures, FEATURES, type Features, parseFeatures } from './features.ts';
import { modelTextOf, ORDINARY, scorerOf } from './scorers.fixture.ts';

const anyFeatures = fc.record(
  Object.fromEntries(
    FEATURES.map((feature) => [
      feature.name,
      'values' in feature
        ? fc.constantFrom<string>(...feature.values)
        : fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)),
    ]),
  ),
) as unknown as fc.Arbitrary<Features>;

test('logged features are read as the same bits', () => {
  fc.assert(
    fc.property(anyFeatures, (features) => {
      const text = encodeFeatures(features);
      const read = parseFeatures(text);
      expect(read).toEqual({ ok: true, value: { ...features } });
      expect(read.ok && encodeFeatures(read.value)).toBe(text);
    }),
  );
});

test('features with one missing, one too many or a wrong one are refused', () => {
  const refused = (change: object) => parseFeatures(JSON.stringify({ ...ORDINARY, ...change }));
  expect(parseFeatures('{')).toMatchObject({ error: { kind: 'not-json' } });
  expect(parseFeatures('7')).toMatchObject({ error: { kind: 'missing', path: 'amountMinor' } });
  expect(refused({ channel: 'shop' })).toMatchObject({
    error: { kind: 'bad-value', path: 'channel' },
  });
  expect(refused({ localHour: '7' })).toMatchObject({
    error: { kind: 'bad-value', path: 'localHour' },
  });
  expect(refused({ hour: 7 })).toMatchObject({ error: { kind: 'unknown-feature', path: 'hour' } });
});

test('every decision computes again to the same bits, and a changed bit is found', () => {
  const deciding = scorerOf({}, modelTextOf(2_000));
  const challenger = scorerOf({ name: 'next', rules: [] }, modelTextOf(5, 'cardLast24H'));
  const find = (rules: string, model: string | null) =>
    [deciding, challenger].find(
      (each) => each.rulesDigest === rules && (each.modelDigest ?? null) === model,
    );
  fc.assert(
    fc.property(anyFeatures, (features) => {
      const { logged, score } = scoreLive({ deciding, challenger }, features);
      expect(JSON.parse(logged.deciding.result)).toEqual(score);
      expect(replayDecision(logged, find)).toEqual({ ok: true, value: undefined });
      const probability = (score.probability ?? 0) * (1 + Number.EPSILON) || Number.MIN_VALUE;
      const forged = JSON.stringify({ ...score, probability });
      const changed = { ...logged, deciding: { ...logged.deciding, result: forged } };
      expect(replayDecision(changed, find)).toMatchObject({
        error: { kind: 'differs', who: 'deciding' },
      });
    }),
  );
  const { logged } = scoreLive({ deciding }, ORDINARY);
  expect(logged.challenger).toBeNull();
  expect(replayDecision(logged, () => undefined)).toMatchObject({ error: { kind: 'no-scorer' } });
});

test('a challenger changes nothing in what is decided', () => {
  const deciding = scorerOf();
  const points = [{ code: 'X1', meaning: 'all', points: 1000, when: { not: LESS } }];
  const challenger = scorerOf({ rules: points });
  const alone = scoreLive({ deciding }, ORDINARY);
  const watched = scoreLive({ deciding, challenger }, ORDINARY);
  expect(watched.score).toEqual(alone.score);
  expect(JSON.parse(watched.logged.challenger?.result ?? '')).toMatchObject({
    requiredMethod: 'refuse',
  });
});

const LESS = { feature: 'amountMinor', is: '<', than: 0 };

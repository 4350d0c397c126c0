import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { COMPARISONS, type Condition, holds, parseCondition } from './condition.ts';
import { FEATURE_NAMES, wordsOf } from './features.ts';
import { parseRuleSet } from './rule-set.ts';
import { DEFAULT_RULES_TEXT } from './scorer-files.ts';
import { ORDINARY } from './scorers.fixture.ts';

const changed = (change: object) =>
  parseRuleSet(JSON.stringify({ ...JSON.parse(DEFAULT_RULES_TEXT), ...change }));
const rule = (change: object) =>
  changed({
    rules: [
      { code: 'X1', meaning: 'x', points: 1, when: { feature: 'localHour', is: '<', than: 5 } },
    ].map((one) => ({ ...one, ...change })),
  });
const withParty = (fido2: object) =>
  changed({ stepUp: { ...JSON.parse(DEFAULT_RULES_TEXT).stepUp, fido2 } });
const fault = (kind: string, path: string) => ({ ok: false, error: { kind, path } });

test('the default rules are accepted', () => {
  expect(parseRuleSet(DEFAULT_RULES_TEXT)).toMatchObject({
    ok: true,
    value: { name: 'default 1' },
  });
});

describe('a wrong rule file is refused, and where it is wrong is said', () => {
  test.each([
    [parseRuleSet('{'), 'not-json', ''],
    [parseRuleSet('null'), 'bad-format', 'format'],
    [changed({ format: 'tessera-rules-2' }), 'bad-format', 'format'],
    [changed({ extra: 1 }), 'unknown-key', 'extra'],
    [changed({ name: '' }), 'bad-text', 'name'],
    [changed({ tiers: { medium: 300, high: 200, refuse: 800 } }), 'bad-order', 'tiers'],
    [changed({ tiers: { medium: 300, high: 600 } }), 'bad-points', 'tiers.refuse'],
    [changed({ modelPoints: 1_001 }), 'bad-points', 'modelPoints'],
    [changed({ stepUp: {} }), 'bad-number', 'stepUp.currency'],
    [withParty({}), 'bad-text', 'stepUp.fido2.relyingPartyId'],
    [withParty({ relyingPartyId: 'a' }), 'bad-list', 'stepUp.fido2.origins'],
    [withParty({ relyingPartyId: 'a', origins: [] }), 'bad-list', 'stepUp.fido2.origins'],
    [withParty({ relyingPartyId: 'a', origins: [1] }), 'bad-text', 'stepUp.fido2.origins[0]'],
    [changed({ rules: {} }), 'bad-list', 'rules'],
    [rule({ code: 'x' }), 'bad-text', 'rules[0].code'],
    [rule({ points: 1.5 }), 'bad-points', 'rules[0].points'],
    [rule({ weight: 1 }), 'unknown-key', 'rules[0].weight'],
    [rule({ when: 1 }), 'bad-condition', 'rules[0].when'],
    [rule({ when: { all: [] } }), 'bad-list', 'rules[0].when.all'],
    [
      rule({ when: { all: [{ not: { feature: 'hour', is: '<', than: 5 } }] } }),
      'unknown-feature',
      'rules[0].when.all[0].not.feature',
    ],
    [
      rule({ when: { feature: 'channel', is: '<', than: 5 } }),
      'unknown-feature',
      'rules[0].when.feature',
    ],
    [
      rule({ when: { feature: 'localHour', is: '!=', than: 5 } }),
      'bad-comparison',
      'rules[0].when.is',
    ],
    [
      rule({ when: { feature: 'localHour', is: '<', than: '5' } }),
      'bad-number',
      'rules[0].when.than',
    ],
    [rule({ when: { feature: 'channel', in: ['shop'] } }), 'bad-word', 'rules[0].when.in'],
  ])('%# %s', (result, kind, path) => {
    expect(result).toMatchObject(fault(kind, path));
  });

  test('the same code twice', () => {
    const { rules } = JSON.parse(DEFAULT_RULES_TEXT);
    const twice = changed({ rules: [rules[0], rules[0]] });
    expect(twice).toMatchObject(fault('repeated', 'rules[1].code'));
  });

  test('exemptions that do not rise', () => {
    const { stepUp } = JSON.parse(DEFAULT_RULES_TEXT);
    const riskAnalysis = [stepUp.riskAnalysis[1], stepUp.riskAnalysis[0]];
    const path = 'stepUp.riskAnalysis[1].upToMinor';
    expect(changed({ stepUp: { ...stepUp, riskAnalysis } })).toMatchObject(
      fault('bad-order', path),
    );
  });
});

test('anything at all is read or refused, and never throws', () => {
  fc.assert(fc.property(fc.json(), (text) => void parseRuleSet(text)));
  fc.assert(fc.property(fc.jsonValue(), (value) => void parseCondition(value, 'when')));
  fc.assert(fc.property(fc.jsonValue(), (rules) => void changed({ rules })));
});

const leaf: fc.Arbitrary<Condition> = fc
  .constantFrom(...FEATURE_NAMES)
  .chain((feature): fc.Arbitrary<Condition> => {
    const words = wordsOf(feature);
    return words
      ? fc.subarray([...words], { minLength: 1 }).map((some) => ({ feature, in: some }))
      : fc.record({
          feature: fc.constant(feature),
          is: fc.constantFrom(...COMPARISONS),
          than: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        });
  });
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('condition') }),
  ),
}));

test('what is written is read as the same condition, and its contrary does not hold', () => {
  fc.assert(
    fc.property(condition, (one) => {
      const read = parseCondition(JSON.parse(JSON.stringify(one)), 'when');
      expect(read).toEqual({ ok: true, value: JSON.parse(JSON.stringify(one)) });
      expect(holds({ not: one }, ORDINARY)).toBe(!holds(one, ORDINARY));
      expect(holds({ all: [one, { not: one }] }, ORDINARY)).toBe(false);
      expect(holds({ any: [one, { not: one }] }, ORDINARY)).toBe(true);
    }),
  );
});

test('nothing is true of a number that is not known', () => {
  for (const is of COMPARISONS) {
    expect(holds({ feature: 'energyPercent', is, than: 0 }, ORDINARY)).toBe(false);
  }
});

test('a condition that nests too deep is refused', () => {
  let nested: object = { feature: 'localHour', is: '<', than: 5 };
  for (let i = 0; i < 9; i++) nested = { not: nested };
  expect(parseCondition(nested, 'when')).toMatchObject({ ok: false, error: { kind: 'too-deep' } });
});

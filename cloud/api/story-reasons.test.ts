import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { explainReasons } from './story-reasons.ts';

const rules = readFileSync(`${import.meta.dirname}/../scoring/default-rules.json`, 'utf8');

test('a rule is told by its meaning and by all that it looks at', () => {
  expect(explainReasons(['C01', 'A01', 'F08'], rules)).toEqual({
    meanings: {
      C01: 'no cardholder verification above the limit for contactless payments',
      A01: 'amount of 250.00 or more',
      F08: 'whether the customer had checked in',
    },
    mattered: ['amountMinor', 'verification', 'checkedIn'],
  });
});

test('a rule that is no longer stored has no meaning, and stays a reason', () => {
  for (const text of [null, 'not JSON', '{}']) {
    expect(explainReasons(['C01'], text)).toEqual({ meanings: { C01: '' }, mattered: [] });
  }
});

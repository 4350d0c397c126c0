import { expect, test } from 'vitest';
import { operationsFormat } from './format.ts';
import { tellAudit, tellLedger } from './verification-report.ts';

const format = operationsFormat('en-GB');

test('what was changed is named, by chain and entry', () => {
  const heads = [{ shard: '10000001', sequence: '9', hash: 'ff' }];
  const sound = { isSound: true, entries: 1_234, heads, broken: [] };
  expect(tellAudit(sound, format)).toEqual({
    isSound: true,
    headline: 'Sound. Every entry is as it was written: 1,234, in chains: 1.',
    lines: [],
  });
  const broken = [{ shard: '10000001', sequence: '7', why: 'hash-mismatch' }];
  expect(tellAudit({ ...sound, isSound: false, broken }, format)).toMatchObject({
    isSound: false,
    lines: ['Chain 10000001, entry 7: it was changed after it was written.'],
  });
});

test('a ledger that does not add up says how many cards it is about', () => {
  const report = { entries: 2, totals: [{ currency: '978', movedMinor: '1250' }] };
  expect(
    tellLedger({ ...report, isSound: false, misstatedCards: 3, overdrawnCards: 1 }, format),
  ).toEqual({
    isSound: false,
    headline: 'Not sound. Cards with another balance than booked: 3; that owe: 1.',
    lines: ['€12.50 moved in all.'],
  });
});

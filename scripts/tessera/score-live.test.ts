import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { simulate } from '#cloud/scoring/handbook/simulator.ts';
import { readLiveModel } from '#cloud/scoring/live-model.ts';
import { DEFAULT_RULES_TEXT } from '#cloud/scoring/scorer-files.ts';
import { tessera } from './tessera.fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tessera-live-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text?: string): string => {
  const to = path.join(folder, name);
  if (text !== undefined) writeFileSync(to, text);
  return to;
};

const { transactions } = simulate({ customers: 80, terminals: 40, days: 60, radius: 30 });
const rows = Array.from(transactions.seconds, (seconds, i) => {
  const time = new Date(seconds * 1000).toISOString().slice(0, 19);
  const { customer, terminal, amount, fraud } = transactions;
  return [time, customer[i], terminal[i], amount[i], fraud[i]].join(',');
});
const header = 'TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD';
const CSV = file('transactions.csv', `${[header, ...rows].join('\n')}\n`);
const frauds = transactions.fraud.reduce((sum, each) => sum + each, 0);
const defaults = JSON.parse(DEFAULT_RULES_TEXT);
const strict = file(
  'strict.json',
  JSON.stringify({
    ...defaults,
    name: 'strict',
    rules: [
      ...defaults.rules,
      {
        code: 'X01',
        meaning: 'above 220.00',
        points: 1000,
        when: { feature: 'amountMinor', is: '>', than: 22_000 },
      },
    ],
  }),
);
const json = async (...args: string[]) => JSON.parse((await tessera(['score', ...args])).out);

describe('new rules are tried on the past', () => {
  test('the same rules change nothing', async () => {
    const same = file('same.json', DEFAULT_RULES_TEXT);
    const report = await json('simulate-rules', '--rules', same, '--transactions', CSV, '--json');
    expect(report).toMatchObject({ payments: rows.length, frauds, changes: {} });
    expect(report.before).toEqual(report.after);
    const { out } = await tessera([
      'score',
      'simulate-rules',
      '--rules',
      same,
      '--transactions',
      CSV,
    ]);
    expect(out).toContain('Nothing changes.');
  });

  test('a rule refuses what it is for, and no more', async () => {
    const args = ['simulate-rules', '--rules', strict, '--transactions', CSV];
    const report = await json(...args, '--json');
    const above = transactions.amount.filter((amount) => amount > 220).length;
    expect(above).toBeGreaterThan(0);
    // Other rules refuse a few of them already.
    const newly = above - report.before.refused;
    expect(report.changes).toEqual({ 'passed > refused': { payments: newly, frauds: newly } });
    expect(report.reasons.X01).toEqual({ before: 0, after: above });
    const { out } = await tessera(['score', ...args]);
    expect(out).toContain(`passed > refused: ${newly} (${newly} frauds)`);
  });

  test('wrong rules are refused with the place', async () => {
    const wrong = file('wrong.json', JSON.stringify({ ...defaults, rules: [{ code: 'X' }] }));
    const args = ['score', 'simulate-rules', '--rules', wrong, '--transactions', CSV];
    expect(await tessera(args)).toMatchObject({
      code: 1,
      err: 'Refused: bad-text in rules[0].code, at 0.\n',
    });
    expect((await tessera(['score', 'simulate-rules', '--transactions', CSV])).code).toBe(2);
    expect((await tessera([...args.slice(0, 2), '--rules', 'none.json'])).code).toBe(2);
  });
});

test('history is exported, learned from, watched for drift; the model has its card', async () => {
  const [history, model] = [file('history.jsonl'), file('model.json')];
  const exported = await tessera(['score', 'export', '--transactions', CSV, '--out', history]);
  expect(exported.out).toBe(`${rows.length} payments written.\n`);
  const trained = await json('train-live', '--history', history, '--model', model, '--json');
  expect(trained).toMatchObject({ rows: rows.length, frauds });
  expect(trained.heldOut.auc).toBeGreaterThan(0.7);
  const first = readFileSync(model, 'utf8');
  expect(readLiveModel(first).ok).toBe(true);
  await json('train-live', '--transactions', CSV, '--model', model, '--json');
  expect(readFileSync(model, 'utf8')).toBe(first);

  const drift = await json('drift', '--history', history, '--since', '2018-05-01', '--json');
  const of = (name: string) =>
    drift.features.find(({ feature }: { feature: string }) => feature === name);
  expect(of('amountMinor')).toMatchObject({ verdict: 'stable' });
  expect(of('terminalFraudRate28Days')).toMatchObject({ verdict: 'shifted' });

  const card = await tessera(['score', 'card', '--model', model]);
  expect(card.out).toContain(
    `| learned from | ${rows.length} payments of 2018-04-01 to 2018-05-30 |`,
  );
  expect(card.out).toContain('| amountMinor | the amount |');
});

test('a history file that is wrong is refused, with its line', async () => {
  const refused = async (text: string) => {
    const args = ['score', 'drift', '--since', '2018-05-01', '--history', file('bad.jsonl', text)];
    return (await tessera(args)).err;
  };
  expect(await refused('{}\n{')).toBe('Refused: bad-number in decidedAtMs, at 1.\n');
  expect(await refused('\n{')).toBe('Refused: not-json, at 2.\n');
  expect(await refused('null')).toBe('Refused: bad-number in decidedAtMs, at 1.\n');
  const features = '{"decidedAtMs":1,"isFraud":false,"features":{"amountMinor":"1"}}';
  expect(await refused(features)).toBe('Refused: bad-value in features.amountMinor, at 1.\n');
});

test('without a database nothing is replayed or labelled', async () => {
  const url = ['--database-url', 'postgresql://127.0.0.1:1/none'];
  expect(await tessera(['score', 'replay', ...url])).toMatchObject({ code: 2 });
  expect((await tessera(['score', 'label', ...url])).code).toBe(2);
  expect((await tessera(['score', 'put-in-force', ...url])).code).toBe(2);
});

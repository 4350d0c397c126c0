import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { simulate } from '#cloud/scoring/handbook/simulator.ts';
import { tessera } from './tessera.fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tessera-score-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string): string => path.join(folder, name);

const { transactions } = simulate({ customers: 120, terminals: 60, days: 60, radius: 30 });
const [CSV, MODEL] = [file('transactions.csv'), file('model.json')];

function writeCsv(to: string, rowOrder: (rows: string[]) => string[] = (rows) => rows): void {
  const rows = Array.from(transactions.seconds, (seconds, i) => {
    const time = new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
    const { customer, terminal, amount, fraud } = transactions;
    return [i, time, `C${customer[i]}`, `T${terminal[i]}`, amount[i], fraud[i]].join(',');
  });
  const header = 'TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD';
  writeFileSync(to, `${[header, ...rowOrder(rows)].join('\n')}\n`);
}

writeCsv(CSV);
const rows = transactions.seconds.length;
const options = ['--transactions', CSV, '--model', MODEL];
const train = ['score', 'train', ...options, '--to', '2018-05-10', '--json'];

describe('a file of transactions', () => {
  test('is learned from, the same bits each time', async () => {
    const { code, out } = await tessera(train);
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ model: MODEL });
    expect(report.rows).toBeLessThan(rows);
    expect(report.trees).toBeGreaterThan(5);
    const first = readFileSync(MODEL, 'utf8');
    await tessera(train);
    expect(readFileSync(MODEL, 'utf8')).toBe(first);
  });

  test('is scored by the model', async () => {
    const later = ['score', 'evaluate', ...options, '--from', '2018-05-17', '--json'];
    const { code, out } = await tessera(later);
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ rows, rowsInTrainingPeriod: 0 });
    expect(report.averagePrecision).toBeGreaterThan(0.5);
    const all = JSON.parse((await tessera(['score', 'evaluate', ...options, '--json'])).out);
    expect(all.rowsInTrainingPeriod).toBeGreaterThan(0);
    expect(all.testRows).toBe(rows);
  });

  test('is tested by the protocol', async () => {
    const folds = ['score', 'evaluate', '--transactions', CSV, '--folds', '2', '--json'];
    const { code, out, err } = await tessera(folds);
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report.folds.map((fold: { trainFrom: string }) => fold.trainFrom)).toEqual([
      '2018-05-10',
      '2018-05-03',
    ]);
    expect(report.auc).toBeGreaterThan(0.7);
    expect(err).toContain('From 2018-05-10');
  });
});

describe('one transaction is explained', () => {
  const row = transactions.amount.findIndex((amount) => amount > 220) + 1;

  test('contributions add up to the margin, and a large amount is the reason', async () => {
    const args = ['score', 'explain', ...options, '--row', String(row)];
    const explained = JSON.parse((await tessera([...args, '--json'])).out);
    const { margin, expected, reasons, score } = explained;
    const sum = reasons.reduce(
      (total: number, { contribution }: { contribution: number }) => total + contribution,
      expected,
    );
    expect(sum).toBeCloseTo(margin, 9);
    expect(score).toBeCloseTo(1 / (1 + Math.exp(-margin)), 12);
    expect(reasons[0]).toMatchObject({ code: 'M01', feature: 'amount' });
    expect((await tessera(args)).out).toContain('M01');
  });

  test('the row is the file’s, whatever its order', async () => {
    const turned = file('turned.csv');
    writeCsv(turned, (lines) => lines.toReversed());
    const explain = (from: string, at: number) =>
      tessera(
        ['score', 'explain', '--model', MODEL, '--json'].concat([
          ...['--transactions', from, '--row', String(at)],
        ]),
      );
    const [one, other] = [await explain(CSV, row), await explain(turned, rows + 1 - row)];
    expect(JSON.parse(other.out).margin).toBe(JSON.parse(one.out).margin);
  });
});

describe('what is wrong is told', () => {
  const bad = file('bad.csv');
  writeFileSync(
    bad,
    'TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD\n2018-04-01 00:00:31,1,2,x,0\n',
  );
  const genuine = file('genuine.csv');
  writeFileSync(genuine, readFileSync(bad, 'utf8').replace('x', '5'));

  test.each([
    [['evaluate', '--transactions', bad], 'bad-amount in TX_AMOUNT, at line 2, column 25'],
    [['train', '--transactions', bad, '--model', MODEL], 'bad-amount'],
    [['train', '--transactions', genuine, '--model', MODEL], 'one-label-only'],
    [['evaluate', '--transactions', genuine], 'too-few-days'],
    [['evaluate', '--transactions', CSV, '--model', bad], 'not-json'],
  ])('%j: exit code 1', async (args, said) => {
    const run = await tessera(['score', ...args]);
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toContain(said);
    const { error } = JSON.parse((await tessera(['score', ...args, '--json'])).out);
    expect(said).toContain(error.kind);
  });

  test.each([
    [['train', '--transactions', CSV]],
    [['train', '--model', MODEL]],
    [['train', ...options, '--from', 'today']],
    [['train', ...options, '--seed', '-1']],
    [['evaluate', '--transactions', file('none.csv')]],
    [['evaluate', '--transactions', CSV, '--from', '2018-05-01']],
    [['evaluate', ...options, '--folds', '2']],
    [['explain', ...options]],
    [['explain', ...options, '--row', '0']],
    [['handbook', '--folds', '3']],
  ])('%j: exit code 2', async (args) => {
    expect(await tessera(['score', ...args])).toMatchObject({ code: 2, out: '' });
  });

  test.each(['handbook', 'train', 'evaluate', 'explain'])('%s has help', async (name) => {
    const { code, out } = await tessera(['score', name, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`tessera score ${name}`);
  });
});

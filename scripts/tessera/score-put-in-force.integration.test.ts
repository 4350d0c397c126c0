import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningCloud } from '#cloud/running-cloud.fixture.ts';
import { digestOf } from '#cloud/scoring/decision-log.ts';
import { DEFAULT_RULES_TEXT } from '#cloud/scoring/scorer-files.ts';
import { tessera } from './tessera.fixture.ts';

let folder: string;
let cloud: RunningCloud;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-in-force-'));
  cloud = await RunningCloud.start();
});
afterAll(async () => {
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a running cloud goes over to rules that are put in force, and it is audited', async () => {
  const defaults = JSON.parse(DEFAULT_RULES_TEXT);
  const when = { feature: 'amountMinor', is: '>', than: 0 };
  const never = { code: 'X99', meaning: 'any amount', points: 1_000, when };
  const text = JSON.stringify({ ...defaults, rules: [...defaults.rules, never] });
  const rules = path.join(folder, 'rules.json');
  await writeFile(rules, text);
  const terminal = await cloud.connect();
  const card = await cloud.card('everyday');
  const sell = async () =>
    terminal.open(await terminal.exchange(terminal.sale(card, { verification: 'cdcvm' }).bytes))
      .fields[39];
  expect(await sell()).toBe('00');

  const put = ['score', 'put-in-force', '--database-url', cloud.cloud.databaseUrl];
  const done = await tessera([...put, '--rules', rules]);
  expect(done).toEqual({ code: 0, out: `In force: rules ${digestOf(text)}.\n`, err: '' });
  expect(await tessera([...put, '--rules', rules])).toMatchObject({ code: 1, out: '' });
  for (const deadline = Date.now() + 15_000; (await sell()) !== '59'; await sleep(100)) {
    expect(Date.now()).toBeLessThan(deadline);
  }
  const acts = await cloud.db.selectFrom('audit_log').select('entry').execute();
  expect(acts.filter(({ entry }) => entry.includes('scorers-in-force'))).toHaveLength(1);
  expect(cloud.lines.join('\n')).toContain(`rules ${digestOf(text)} are in force`);
});

test('rules that are wrong are not put in force', async () => {
  const rules = path.join(folder, 'wrong.json');
  await writeFile(rules, '{}');
  const url = ['--database-url', cloud.cloud.databaseUrl];
  const refused = await tessera(['score', 'put-in-force', '--rules', rules, ...url]);
  expect(refused).toMatchObject({ code: 1, out: '' });
  expect(refused.err).toContain('wrong.json is refused');
  const missing = await tessera(['score', 'put-in-force', '--rules', `${rules}.not`, ...url]);
  expect(missing).toMatchObject({ code: 1, err: `${rules}.not cannot be read.\n` });
});

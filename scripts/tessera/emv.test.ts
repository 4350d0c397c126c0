import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import demonstration from '../../terminal/config/emv-configuration.json' with { type: 'json' };
import { tessera } from './tessera.fixture.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tessera-emv-'));

function file(name: string, json: unknown): string {
  const place = path.join(folder, name);
  writeFileSync(place, JSON.stringify(json));
  return place;
}

const OLD = file('old.json', demonstration);
const BAD = file('bad.json', { ...demonstration, currency: 'EUR', flor: 1 });
const NEW = file('new.json', { ...demonstration, version: '2' });

test('check says that a configuration may be used, and what is in it', async () => {
  const run = await tessera(['emv', 'config', 'check', OLD, '--date', '2026-01-15']);
  expect(run).toMatchObject({ code: 0, out: expect.stringContaining('combinations: 2') });
});

test('check names every fault', async () => {
  const run = await tessera(['emv', 'config', 'check', BAD]);
  expect(run.code).toBe(1);
  expect(run.err).toContain('currency: not-digits\n');
  expect(run.err).toContain('flor: unknown-member\n');
  const json = await tessera(['emv', 'config', 'check', BAD, '--json']);
  expect(JSON.parse(json.out)).toEqual({
    usable: false,
    faults: [
      { kind: 'not-digits', path: 'currency' },
      { kind: 'unknown-member', path: 'flor' },
    ],
  });
});

test('diff says what changes', async () => {
  const run = await tessera(['emv', 'config', 'diff', OLD, NEW]);
  expect(run).toMatchObject({ code: 0, out: 'Version\n  Tessera demonstration → 2\n' });
  const json = await tessera(['emv', 'config', 'diff', OLD, NEW, '--json']);
  expect(JSON.parse(json.out)).toEqual({
    differences: [{ what: 'Version', before: 'Tessera demonstration', after: '2', meanings: [] }],
  });
  expect((await tessera(['emv', 'config', 'diff', OLD, OLD])).out).toBe('Nothing changes.\n');
  expect((await tessera(['emv', 'config', 'diff', OLD, BAD])).code).toBe(1);
});

test.each([
  [['emv', 'config', 'check']],
  [['emv', 'config', 'check', OLD, NEW]],
  [['emv', 'config', 'diff', OLD]],
  [['emv', 'config', 'check', OLD, '--date', 'today']],
])('%j is not understood', async (args) => {
  expect((await tessera(args)).code).toBe(2);
});

import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tessera } from './tessera.fixture.ts';

const ours = path.resolve(import.meta.dirname, '../../test-vectors/emv/hu-mock-visa-online.json');
let folder = '';
const inFolder = (name: string): string => path.join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-certify-'));
  const pack = JSON.parse(readFileSync(ours, 'utf8'));
  pack.vectors[0].expect.selectedAid = 'A0000000031011';
  writeFileSync(inFolder('wrong.json'), JSON.stringify(pack));
  writeFileSync(inFolder('unknown.json'), JSON.stringify({ ...pack, kind: 'another.kind' }));
  writeFileSync(inFolder('broken.json'), '{');
  await tessera(['report-key', inFolder('private.pem'), inFolder('public.pem')]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tessera certify', () => {
  test('exits with 0 when all passed', async () => {
    const { code, out, err } = await tessera(['certify', '--vectors', ours]);
    expect(out).toContain('Passed: 1 of 1 vectors passed.');
    expect([code, err]).toEqual([0, '']);
  });

  test.each([
    ['wrong.json', 'actual    "A0000000031010"'],
    ['unknown.json', 'unknown-kind'],
    ['broken.json', 'not-json'],
  ])('exits with 1 for %s and says what failed', async (name, sentence) => {
    const { code, out } = await tessera(['certify', '--vectors', ours, inFolder(name)]);
    expect(out).toContain(sentence);
    expect(code).toBe(1);
  });

  test('exits with 1 when nothing ran', async () => {
    const { code, out } = await tessera(['certify', '--vectors', ours, '--filter', 'nothing']);
    expect([code, out]).toEqual([1, expect.stringContaining('nothing ran')]);
  });

  test.each([
    ['--vectors', 'nowhere.json'],
    ['--nonsense'],
    ['--deadline', '0'],
    ['--sign', 'key.pem'],
    ['--json', '--sign', ours],
  ])('exits with 2 for %s %s', async (...args) => {
    const { code, out, err } = await tessera(['certify', ...args]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('See --help.');
  });

  test('--json writes the report and nothing else', async () => {
    const { out } = await tessera(['certify', ours, '--json']);
    expect(JSON.parse(out)).toMatchObject({ schema: 'tessera-report-1', passed: true });
  });

  test('tells its progress only where somebody watches', async () => {
    const { err } = await tessera(['certify', ours], { isWatched: true });
    expect(err).toContain('1 of 1  transaction');
  });

  test('writes JUnit and a page', async () => {
    const args = ['--junit', inFolder('r.xml'), '--html', inFolder('r.html')];
    await tessera(['certify', ours, inFolder('wrong.json'), ...args]);
    expect(readFileSync(inFolder('r.xml'), 'utf8')).toContain('failures="1"');
    expect(readFileSync(inFolder('r.html'), 'utf8')).toContain('<h2>Damaged inputs</h2>');
  });
});

describe('tessera verify-report', () => {
  const verify = (name: string, key = 'public.pem') =>
    tessera(['verify-report', inFolder(name), '--key', inFolder(key)]);

  test('the private key is for its owner alone, and not overwritten', async () => {
    expect(statSync(inFolder('private.pem')).mode & 0o777).toBe(0o600);
    const again = await tessera(['report-key', inFolder('private.pem'), inFolder('new.pem')]);
    expect(again.code).toBe(2);
  });

  test('a page and JSON are verified, and what was changed is said', async () => {
    const sign = ['--sign', inFolder('private.pem')];
    const args = ['certify', ours, '--json', '--html', inFolder('s.html'), ...sign];
    writeFileSync(inFolder('s.json'), (await tessera(args)).out);
    for (const name of ['s.html', 's.json']) {
      expect(await verify(name)).toMatchObject({ code: 0 });
      const text = readFileSync(inFolder(name), 'utf8');
      writeFileSync(inFolder(`changed-${name}`), text.replace('transaction', 'transactiom'));
      const changed = await verify(`changed-${name}`);
      expect([changed.code, changed.out]).toEqual([1, expect.stringMatching(/The part “\w+” is/)]);
    }
  });

  test('what is no key or no file is a wrong option', async () => {
    expect((await verify('nowhere.html')).code).toBe(2);
    expect((await verify('s.html', 'wrong.json')).code).toBe(2);
    expect((await tessera(['verify-report', inFolder('s.html')])).code).toBe(2);
    expect((await tessera(['verify-report'])).code).toBe(2);
  });

  test('bytes that are not text are not repaired', async () => {
    writeFileSync(inFolder('bytes.html'), Uint8Array.of(0x3c, 0xff));
    expect(await verify('bytes.html')).toMatchObject({ code: 1 });
  });
});

describe('the command line', () => {
  test.each([
    [['--help'], 'Example:'],
    [['certify', '--help'], 'tessera certify'],
    [['verify-report', '--help'], '--key'],
  ])('%j shows help', async (args, words) => {
    expect(await tessera(args)).toMatchObject({ code: 0, out: expect.stringContaining(words) });
  });

  test.each([[[]], [['nonsense']], [['constructor']]])('%j is wrong', async (args) => {
    expect(await tessera(args)).toMatchObject({ code: 2, out: '' });
  });
});

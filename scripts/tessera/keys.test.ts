import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tessera } from './tessera.fixture.ts';

const KEY = '0123456789ABCDEFFEDCBA9876543210';
const keys = (line: string, stdin = '') => tessera(['keys', ...line.split(' ')], { stdin });

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-keys-'));
  writeFileSync(path.join(folder, 'key.hex'), `01234567 89ABCDEF\nFEDCBA98 76543210\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tessera keys', () => {
  test.each([
    [`kcv --key ${KEY}`, '08D7B4'],
    [`mac --algorithm iso9797-1-alg3 --padding 1 --key ${KEY} --data 4E6F --length 4`, 'B8E4367C'],
    ['encode-pin-block --format 0 --pin 1234 --pan 4012345678909 --reveal', '041274EDCBA9876F'],
    ['decode-pin-block --format 0 --block 041274EDCBA9876F --pan 4012345678909 --reveal', '1234'],
    [
      `dukpt-tdes --bdk ${KEY} --ksn FFFF9876543210E00001 --usage pin --reveal`,
      '042666B49184CF5C68DE9628D0397B36',
    ],
    [
      'dukpt-aes --bdk FEDCBA9876543210F1F1F1F1F1F1F1F1 --ksn 123456789012345600000001' +
        ' --usage pin --key-type aes128 --reveal',
      'AF8CB133A78F8DC2D1359F18527593FB',
    ],
    [
      'arqc --imk 2315208C9110AD402315208C9110AD40 --pan 4761739001010010 --psn 01' +
        ' --data 000000000200ABABABAB001590 --padding 1',
      '20261203C3227D26',
    ],
  ])('%s', async (line, result) => {
    const { code, out, err } = await keys(line);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(result);
  });

  test('keys come from a file or from standard input, in any layout', async () => {
    expect((await keys(`kcv --key @${path.join(folder, 'key.hex')}`)).out).toBe('08D7B4\n');
    expect((await keys('kcv --key -', `${KEY}\n`)).out).toBe('08D7B4\n');
  });

  test.each([
    `dukpt-tdes --bdk ${KEY} --ksn FFFF9876543210E00001 --usage pin`,
    'decode-pin-block --format 0 --block 041274EDCBA9876F --pan 4012345678909',
    'unwrap --kbpk EFE0853B256B583D868F251CE99EA1D9 --block' +
      ' A0072K0TN00N0000F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EB',
  ])('%s shows no secret unless asked', async (line) => {
    for (const more of ['', ' --json']) {
      const { code, out } = await keys(line + more);
      expect([code, out]).toEqual([0, expect.stringContaining('--reveal shows it')]);
      expect(out).not.toMatch(/042666B4|1234|5DB50B45/);
    }
    expect((await keys(`${line} --reveal`)).out).not.toContain('shows it');
  });

  test('what is random is made where it is absent, and unwraps', async () => {
    const header = JSON.stringify({
      version: 'D',
      keyUsage: 'P0',
      algorithm: 'T',
      modeOfUse: 'E',
      keyVersion: '00',
      exportability: 'N',
    });
    const wrapped = await keys(`wrap --kbpk ${KEY} --key ${KEY} --header ${header}`);
    const opened = await keys(`unwrap --kbpk ${KEY} --block ${wrapped.out.trim()} --reveal --json`);
    expect(JSON.parse(opened.out)).toMatchObject({ key: KEY });
    for (const format of [1, 3]) {
      const pan = ' --pan 4012345678909';
      const encoded = await keys(`encode-pin-block --format ${format} --pin 1234 --reveal${pan}`);
      const given = `--format ${format} --block ${encoded.out.trim()} --reveal${pan}`;
      expect((await keys(`decode-pin-block ${given}`)).out).toBe('1234\n');
    }
  });

  test('refused input: exit code 1, kind, path and offset', async () => {
    const line = 'decode-pin-block --format 0 --block 0412 --pan 4012345678909';
    expect(await keys(line)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('Refused: bad-block-length in block, at 2.'),
    });
    expect(JSON.parse((await keys(`${line} --json`)).out)).toEqual({
      error: { kind: 'bad-block-length', path: 'block', offset: 2 },
    });
  });

  test.each([
    ['kcv', '--key is missing'],
    ['kcv --nonsense', 'nonsense'],
    ['mac --algorithm cmac-aes --key 00 --data 00 --length x', '--length takes a number'],
    ['wrap --kbpk 00 --key 00 --header {', '--header takes JSON'],
    ['kcv --key @nowhere', 'cannot be read'],
    ['nothing', 'no command keys nothing'],
  ])('%s: exit code 2', async (line, words) => {
    expect(await keys(line)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining(words),
    });
  });

  test('every command has help with an example', async () => {
    const { out } = await keys('--help');
    const names = [...out.matchAll(/^ {2}([a-z-]+) {2}/gm)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      expect(await keys(`${name} --help`)).toMatchObject({
        code: 0,
        out: expect.stringContaining(`tessera keys ${name} `),
      });
    }
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { tessera } from './tessera.fixture.ts';

const PAN = '4761739001010010';
const TRACK = `${PAN}D22122011143844489`;
const FIELDS = {
  2: PAN,
  4: '000000001430',
  35: TRACK,
  48: `note ${PAN}`,
  52: '0123456789ABCDEF',
  55: `9F260848325309BE82CBA295050000008000${'5A08'}${PAN}${'5711'}${TRACK}`,
};
const JSON_IN = JSON.stringify({ mti: '0100', fields: FIELDS });
/** An 0800 with a network management code. */
const ECHO = '08008220000000000000040000000000000011241315000000010301';

const run = (line: string, stdin?: string | Uint8Array) =>
  tessera(['iso8583', ...line.split(' ')], stdin === undefined ? {} : { stdin });

let folder = '';
let message = '';
const file = (name: string): string => path.join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-iso8583-'));
  message = (await run('encode --spec iso87-binary', JSON_IN)).out.trim();
  writeFileSync(file('message.hex'), `${message.slice(0, 20)} ${message.slice(20)}\n`);
  writeFileSync(file('message.bin'), hex(message));
  writeFileSync(file('own.json'), (await run('specs iso87-binary')).out);
  const fields = {
    2: { len: 'LL', lenEnc: 'ascii', max: 19, enc: 'ascii' },
    48: { len: 'LLL', lenEnc: 'ascii', max: 999, enc: 'ascii' },
  };
  const compact = { mti: { enc: 'ascii' }, bitmap: 'binary', ...fields };
  writeFileSync(file('compact.json'), JSON.stringify(compact));
  writeFileSync(file('wrong.json'), '{"name": "x"}');
  writeFileSync(file('text.json'), 'text');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tessera iso8583 decode and describe', () => {
  test.each(['decode', 'describe'])('%s masks whatever it shows, unless told', async (command) => {
    for (const more of ['', ' --json']) {
      const { code, out, err } = await run(`${command} --spec iso87-binary ${message}${more}`);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain('476173******0010');
      expect(out).toContain('48325309BE82CBA2');
      for (const secret of [PAN, TRACK, '0123456789ABCDEF']) expect(out).not.toContain(secret);
      const revealed = await run(`${command} --spec iso87-binary ${message} --reveal${more}`);
      for (const secret of [PAN, TRACK, '0123456789ABCDEF']) {
        expect(revealed.out).toContain(secret);
      }
    }
  });

  test('describe says what type, fields and bits mean', async () => {
    const { out } = await run(`describe --spec iso87-binary ${message}`);
    expect(out).toContain('0100  ISO 8583:1987, authorisation, request, acquirer');
    expect(out).toContain('Amount, transaction  000000001430');
    expect(out).toContain('Transaction exceeds floor limit');
    const { out: json } = await run(`describe --spec iso87-binary ${message} --json`);
    expect(JSON.parse(json).fields[1]).toMatchObject({ number: 4, name: 'Amount, transaction' });
  });

  test('reads an argument, a file and standard input, hex and bytes', async () => {
    const { out: wanted } = await run(`decode --spec iso87-binary ${message}`);
    expect((await run(`decode --spec iso87-binary @${file('message.hex')}`)).out).toBe(wanted);
    expect((await run('decode --spec iso87-binary -', `${message}\n`)).out).toBe(wanted);
    expect((await run('decode --spec iso87-binary', message)).out).toBe(wanted);
    const binary = await run(`decode --spec iso87-binary --binary @${file('message.bin')}`);
    expect(binary.out).toBe(wanted);
    expect((await run('decode --spec iso87-binary --binary -', hex(message))).out).toBe(wanted);
    expect((await run(`decode --spec ${file('own.json')} ${message}`)).out).toBe(wanted);
  });

  test('what a compact specification does not say is masked', async () => {
    const text = `{"mti": "0100", "fields": {"2": "${PAN}", "48": "${PAN}"}}`;
    const { out: bytes } = await run(`encode --spec ${file('compact.json')}`, text);
    const { code, out } = await run(`decode --spec ${file('compact.json')} ${bytes.trim()}`);
    expect([code, out]).toEqual([0, `mti  0100\n2  476173******0010\n48  ${'*'.repeat(16)}\n`]);
  });

  test.each(['binary-2', 'bcd-2', 'ascii-4', 'vmlh'])('takes messages out of %s', async (name) => {
    const echo = '{"mti": "0800", "fields": {"7": "1124131500", "11": "000001", "70": "301"}}';
    const options = `--spec iso87-binary --framing ${name} --tpdu`;
    const { out: one } = await run(`encode ${options} 6000123456`, echo);
    const { out } = await run(`decode ${options} --json ${one.trim()}${one.trim()}`);
    const fields = { 7: '1124131500', 11: '000001', 70: '301' };
    expect(JSON.parse(out)).toEqual({
      messages: [
        { mti: '0800', fields },
        { mti: '0800', fields },
      ],
    });
    const cut = await run(`decode ${options} --json ${one.trim().slice(0, -2)}`);
    expect(cut.code).toBe(1);
    expect(JSON.parse(cut.out)).toMatchObject({ error: { kind: 'frame-truncated' } });
  });

  test('the messages in the frames before a fault are shown', async () => {
    const options = 'decode --spec iso87-binary --framing binary-2';
    const frames = '000B' + '0800002000000000000000' + '0002' + '0800';
    const good = '000D' + '08000020000000000000000001';
    const { code, out } = await run(`${options} --json ${good}${frames.slice(0, 26)}`);
    expect([code, JSON.parse(out)]).toEqual([
      1,
      {
        messages: [{ mti: '0800', fields: { 11: '000001' } }],
        error: { kind: 'value-truncated', path: '11', offset: 11 },
        decoded: { mti: '0800', fields: {} },
      },
    ]);
    const inWords = await run(`${options} ${good}${frames}`);
    expect(inWords).toMatchObject({ code: 1, out: 'mti  0800\n11  000001\n' });
  });

  test('a fault is told with kind, path, offset, and what came before it, masked', async () => {
    const cut = message.slice(0, -2);
    const { code, out, err } = await run(`decode --spec iso87-binary ${cut}`);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`Refused: value-truncated in 55, at ${cut.length / 2}.`);
    expect(err).toMatch(/Decoded before that:\n0100 .*\n +2 {2}.* 476173\*{6}0010\n/);
    const json = await run(`decode --spec iso87-binary --json ${cut}`);
    expect(JSON.parse(json.out)).toMatchObject({
      error: { kind: 'value-truncated', path: '55', offset: cut.length / 2 },
      decoded: { mti: '0100', fields: { 2: '476173******0010' } },
    });
    // What came from a file is not on the screen yet, and is not put there.
    writeFileSync(file('cut.hex'), cut);
    const fromFile = await run(`decode --spec iso87-binary @${file('cut.hex')}`);
    expect(fromFile.err).not.toContain('00 10 ');
  });
});

describe('tessera iso8583 encode', () => {
  test('takes what decode --json --reveal gives', async () => {
    const { out: json } = await run(`decode --spec iso87-binary --json --reveal ${message}`);
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON_IN));
    const { out } = await run('encode --spec iso87-binary', json);
    expect(out).toBe(`${message}\n`);
    const asJson = await run('encode --spec iso87-binary --json', json);
    expect(JSON.parse(asJson.out)).toEqual({ hex: message });
  });

  test('refuses what was masked', async () => {
    const { out: json } = await run(`decode --spec iso87-binary --json ${message}`);
    const { code, err } = await run('encode --spec iso87-binary', json);
    expect([code, err]).toEqual([1, expect.stringContaining('Refused: ')]);
  });

  test.each([
    ['{"mti": "01", "fields": {}}', 'bad-mti'],
    ['{"mti": "0100", "fields": {"200": "1"}}', 'unknown-field'],
    ['{"mti": "0100", "fields": {"52": "xx"}}', 'bad-hex'],
    ['{"mti": "0100", "fields": {}, "header": "00"}', 'unknown-field'],
    ['{"mti": "0100", "fields": {}, "bitmaps": 1}', 'bad-message'],
    ['[]', 'bad-message'],
  ])('%s is refused', async (text, kind) => {
    const { code, out } = await run('encode --spec iso87-binary --json', text);
    expect([code, JSON.parse(out).error.kind]).toEqual([1, kind]);
  });

  test('refuses a message that its frame cannot hold', async () => {
    const fields = Object.fromEntries(
      [46, 47, 48, 56, 57, 58, 59, 60, 61, 62, 63].map((number) => [number, 'A'.repeat(999)]),
    );
    const text = JSON.stringify({ mti: '0100', fields });
    const options = 'encode --spec iso87-binary --json --framing';
    expect((await run(`${options} binary-2`, text)).code).toBe(0);
    const { code, out } = await run(`${options} bcd-2`, text);
    expect([code, JSON.parse(out).error.kind]).toEqual([1, 'bad-frame-length']);
  });
});

describe('tessera iso8583 specs', () => {
  test('lists them', async () => {
    expect((await run('specs')).out).toContain('postilion-like');
    const { specs } = JSON.parse((await run('specs --json')).out);
    expect(specs).toContainEqual({
      name: 'iso93-ascii',
      mtiEncoding: 'ascii',
      bitmapEncoding: 'hex',
      fields: 126,
      header: false,
    });
  });
});

test.each([
  'decode 00',
  'decode --spec nothing 00',
  'decode --spec missing.json 00',
  'decode --spec WRONG 00',
  'decode --spec TEXT 00',
  'decode --spec iso87-binary --framing other 00',
  'decode --spec iso87-binary --binary 00',
  'decode --spec iso87-binary @missing.hex',
  'decode --spec iso87-binary --wrong',
  'encode --spec iso87-binary text',
  'encode --spec iso87-binary {} {}',
  'encode --spec iso87-binary --tpdu 6100123456 {}',
  'specs iso87-ascii iso87-binary',
  'unknown',
])('%s is wrong use', async (line) => {
  const asked = line.replace('WRONG', file('wrong.json')).replace('TEXT', file('text.json'));
  expect((await run(asked)).code).toBe(2);
});

test.each(['', 'decode', 'encode', 'describe', 'specs'])('%s --help', async (command) => {
  const { code, out } = await run(`${command} --help`.trim());
  expect([code, out]).toEqual([0, expect.stringContaining('tessera iso8583')]);
});

test('an 0800 with a secondary bitmap', async () => {
  const { code, out } = await run(`decode --spec iso87-binary ${ECHO}`);
  expect([code, out]).toEqual([0, 'mti  0800\n7  1124131500\n11  000001\n70  301\n']);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { tessera } from './tessera.fixture.ts';

const PAN = '4761739001010010';
const TRACK = `${PAN}D22122011143844489`;
/** A record with a length in the long form and padding. */
const RECORD = `70812F5A08${PAN}5711${TRACK}009F34031F030295050000008000DF7F0112`;

const run = (line: string, stdin?: string | Uint8Array) =>
  tessera(['tlv', ...line.split(' ')], stdin === undefined ? {} : { stdin });

let folder = '';
const file = (name: string): string => path.join(folder, name);
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-tlv-'));
  writeFileSync(file('record.hex'), `${RECORD.slice(0, 20)}\n ${RECORD.slice(20)}\n`);
  writeFileSync(file('record.bin'), hex(RECORD));
  writeFileSync(file('cut.hex'), RECORD.slice(0, -2));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tessera tlv decode and describe', () => {
  test.each(['decode', 'describe'])('%s masks whatever it shows, unless told', async (command) => {
    for (const more of ['', ' --json']) {
      const { code, out, err } = await run(`${command} ${RECORD}${more}`);
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain('476173******0010');
      expect(out).toContain('0000008000');
      for (const secret of [PAN, TRACK]) expect(out).not.toContain(secret);
      const revealed = await run(`${command} ${RECORD} --reveal${more}`);
      for (const secret of [PAN, TRACK]) expect(revealed.out).toContain(secret);
    }
  });

  test('describe says what bits, lists and tracks mean', async () => {
    const { out } = await run(`describe ${RECORD}`);
    expect(out).toContain('    Transaction exceeds floor limit\n');
    expect(out).toContain('No verification required, if the terminal supports it: successful\n');
    expect(out).toContain('Expires 12/22\n');
    const { out: json } = await run(`describe ${RECORD} --json`);
    expect(JSON.parse(json).objects.at(-1)).toEqual({
      depth: 1,
      tag: 'DF7F',
      name: 'Unknown',
      value: '******** (1 bytes)',
      meanings: [],
    });
  });

  test('the kernel decides what some tags mean', async () => {
    expect((await run('describe 9F6C020001')).out).toContain('Card transaction qualifiers');
    const { out } = await run('describe 9F6C020001 --kernel 2');
    expect(out).toBe('9F6C  Magstripe application version number (card)  0001\n');
    expect((await run('decode 9F6C020001 --kernel 2')).out).toBe(out);
  });

  test('reads an argument, a file and standard input, hex and bytes', async () => {
    const { out: wanted } = await run(`decode ${RECORD}`);
    expect((await run(`decode ${RECORD.slice(0, 10)} ${RECORD.slice(10)}`)).out).toBe(wanted);
    expect((await run(`decode @${file('record.hex')}`)).out).toBe(wanted);
    expect((await run('decode -', `${RECORD}\n`)).out).toBe(wanted);
    expect((await run('decode', RECORD)).out).toBe(wanted);
    expect((await run(`decode --binary @${file('record.bin')}`)).out).toBe(wanted);
    expect((await run('decode --binary', hex(RECORD))).out).toBe(wanted);
  });

  test('padding is what was asked for', async () => {
    expect((await run('decode 9C010000 --padding none')).err).toContain('tag-reserved, at 3');
    expect((await run('decode 9C0100FF --padding 00-ff')).out).toBe('9C  Transaction type  00\n');
  });

  test('a fault is told with kind, path, offset, and what came before it, masked', async () => {
    const cut = RECORD.slice(0, -2);
    const { code, out, err } = await run(`decode 9C0100${cut}`);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('Refused: value-truncated in 70, at 6.');
    expect(err).toContain('^ byte 6\n');
    expect(err).toContain('Decoded before that:\n9C  Transaction type  00\n');
    const json = await run(`decode 9C0100${cut} --json`);
    expect(JSON.parse(json.out)).toEqual({
      error: { kind: 'value-truncated', path: '70', offset: 6 },
      decoded: { tree: [{ tag: '9C', value: '00' }] },
    });
    // What came from a file is not on the screen yet, and is not put there.
    const fromFile = await run(`decode @${file('cut.hex')}`);
    expect([fromFile.code, fromFile.err]).toEqual([1, 'Refused: value-truncated in 70, at 3.\n']);
  });
});

describe('tessera tlv encode', () => {
  test('takes what decode --json --reveal gives, and gives the same bytes', async () => {
    const { out: json } = await run(`decode ${RECORD} --json --reveal`);
    expect((await run('encode', json)).out).toBe(`${RECORD}\n`);
    const { out } = await run('encode --normalise --json', json);
    const normalised = RECORD.replace('70812F', '702E').replace(`${TRACK}00`, TRACK);
    expect(JSON.parse(out)).toEqual({ hex: normalised });
  });

  test('takes tags and values', async () => {
    const { code, out } = await tessera(['tlv', 'encode', '9f02=000000 001430', '5F2A=0978']);
    expect([code, out]).toEqual([0, '9F02060000000014305F2A020978\n']);
  });

  test.each([
    ['encode 9F=00', 'bad-tag', 'tree.0.tag'],
    ['encode 9A=0', 'bad-input', 'tree.0.value'],
    ['encode {"tree":[{"tag":"70"}]}', 'bad-input', 'tree.0'],
  ])('%s is refused', async (line, kind, place) => {
    const { code, out } = await run(`${line} --json`);
    expect([code, JSON.parse(out)]).toEqual([1, { error: { kind, path: place, offset: 0 } }]);
  });

  test('refuses what was masked, and trees without end', async () => {
    const { out: json } = await run(`decode ${RECORD} --json`);
    expect((await run('encode', json)).code).toBe(1);
    const deep = '{"tag":"61","children":['.repeat(5000) + ']}'.repeat(5000);
    expect((await run('encode', `[${deep}]`)).err).toContain('too-deep');
  });
});

describe('tessera tlv dol', () => {
  test('reads a list', async () => {
    const { code, out } = await run('dol 9F02069F37049A03');
    expect([code, out]).toEqual([
      0,
      '9F02  Amount, authorised  6\n9F37  Unpredictable number  4\n' +
        '9A  Transaction date  3\n13 bytes in all\n',
    ]);
    expect(JSON.parse((await run('dol 9F6604 --json --kernel 2')).out)).toEqual({
      entries: [
        {
          tag: '9F66',
          lengthBytes: 4,
          name: 'Positions of unpredictable number and ATC in track 2',
        },
      ],
      lengthBytes: 4,
    });
  });

  test('builds what it asks for, and takes that apart', async () => {
    const { out } = await run('dol 9F02069F37049A03 9F02=1430 9A=261124');
    expect(out).toBe('00000000143000000000261124\n');
    expect((await run(`dol 9F02069F37049A03 --split ${out.trim()}`)).out).toBe(
      '9F02  Amount, authorised  000000001430\n9F37  Unpredictable number  00000000\n' +
        '9A  Transaction date  261124\n',
    );
    expect((await run('dol - 9F02=1430', '9F0202')).out).toBe('1430\n');
  });

  test.each([
    ['dol 9F', 'tag-truncated', '', 1],
    ['dol 9F02', 'length-truncated', '9F02', 2],
    ['dol 9F0206 --split 00', 'wrong-length', '--split', 1],
    ['dol 9F0206 9F02=0', 'bad-input', 'data.9F02', 0],
  ])('%s is refused', async (line, kind, place, offset) => {
    const { code, out } = await run(`${line} --json`);
    expect([code, JSON.parse(out)]).toEqual([1, { error: { kind, path: place, offset } }]);
  });
});

describe('tessera tlv tag', () => {
  test('tells every meaning of a tag', async () => {
    const { code, out } = await run('tag 9f6e');
    expect(code).toBe(0);
    expect(out).toContain(
      '9F6E  Form factor indicator (kernel 3)\n      b, 4 bytes, from the card',
    );
    expect(out).toContain('9F6E  Third party data (kernel 2)\n');
    expect(JSON.parse((await run('tag 5A --json')).out).tags).toEqual([
      expect.objectContaining({ tag: '5A', sensitivity: 'pan', lengthBytes: [1, 10] }),
    ]);
  });

  test('finds words in names; nothing found is exit code 1', async () => {
    expect((await run('tag cryptogram')).out).toContain('9F26  Application cryptogram\n');
    expect(await run('tag DF7F')).toMatchObject({ code: 1, out: '' });
  });
});

test.each([
  'decode --kernel 9 00',
  'decode --padding ff 00',
  'decode --binary 00',
  'decode @missing.hex',
  'decode --wrong',
  'encode text',
  'encode 9A=00 {}',
  'dol 9A03 text',
  'tag',
  'unknown',
])('%s is wrong use', async (line) => {
  expect(await run(line)).toMatchObject({ code: 2, out: '' });
});

test.each(['', 'decode', 'encode', 'describe', 'dol', 'tag'])('%s --help', async (command) => {
  const { code, out } = await run(`${command} --help`.trim());
  expect([code, out]).toEqual([0, expect.stringContaining('tessera tlv')]);
});

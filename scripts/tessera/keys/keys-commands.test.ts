import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tessera } from '../tessera.fixture.ts';
import { EMV_COMMANDS } from './emv-commands.ts';
import { KEY_COMMANDS } from './key-commands.ts';

const KEY = '0123456789ABCDEFFEDCBA9876543210';
const CARD = JSON.stringify({
  '9F02': '000000000200',
  '9F37': 'ABABABAB',
  '9F36': '0015',
  '9F10': '06011103900000',
  '9F26': '20261203C3227D26',
});
const MCHIP_DATA =
  '0000000010000000000000000792000000000009492607260012345678390001E9A0C243A2070C' +
  '00000000000000FF00000000000000FF';
const HEADER = JSON.stringify({
  ...{ version: 'A', keyUsage: 'P0', algorithm: 'T', modeOfUse: 'E', keyVersion: '00' },
  exportability: 'E',
});

/** A command, its options, the member that answers, and its value. From the public suites. */
const CASES: readonly [string, Readonly<Record<string, string>>, string, string][] = [
  ['kcv', { key: KEY }, 'kcv', '08D7B4'],
  ['kcv', { key: KEY, verify: '08D7B4' }, 'kcv', '08D7B4'],
  [
    'mac',
    { algorithm: 'iso9797-1-alg3', padding: '1', key: KEY, data: '4E6F', length: '4' },
    'mac',
    'B8E4367C',
  ],
  ['encode-pin-block', { format: '2', pin: '1234' }, 'clear', '241234FFFFFFFFFF'],
  ['decode-pin-block', { format: '2', block: '241234FFFFFFFFFF' }, 'pin', '1234'],
  [
    'dukpt-tdes',
    { bdk: KEY, ksn: 'FFFF9876543210E00001', usage: 'pin' },
    'key',
    '042666B49184CF5C68DE9628D0397B36',
  ],
  [
    'dukpt-aes',
    {
      'initial-key': '1273671EA26AC29AFA4D1084127652A1',
      ...{ ksn: '123456789012345600000000', usage: 'update', 'key-type': 'aes128' },
    },
    'key',
    '9A9770AEE1ACD1B13473D0463A1883B9',
  ],
  ['next-ksn', { scheme: 'tdes', ksn: 'FFFF9876543210EFF802' }, 'ksn', 'FFFF9876543210EFF804'],
  [
    'unwrap',
    {
      kbpk: 'EFE0853B256B583D868F251CE99EA1D9',
      block: 'A0072K0TN00N0000F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EB',
    },
    'key',
    '5DB50B454F8389ADCE573BE50861F2BF',
  ],
  [
    'wrap',
    { kbpk: KEY, key: KEY, header: HEADER, fill: '000000000000' },
    'block',
    'A0072P0TE00E0000',
  ],
  [
    'session-key',
    { method: 'option-a', imk: KEY, pan: '9901234567890123', psn: '45' },
    'key',
    'F84315C7B95BD3B0C74694922C3808B0',
  ],
  [
    'arqc',
    { sk: 'AC8729D32A1C90E76D95A56FB0AD2957', data: MCHIP_DATA, padding: '2' },
    'cryptogram',
    '09CE06536A2E9E4D',
  ],
  [
    'verify-cryptogram',
    { scheme: 'visa', mk: '52D0BAC246850B37E9FD234CDF29DFF1', card: CARD },
    'key',
    '52D0BAC246850B37E9FD234CDF29DFF1',
  ],
  ['verify-cryptogram', { scheme: 'visa', mk: KEY, card: CARD }, 'error', 'cryptogram-mismatch'],
  [
    'arpc',
    {
      ...{ method: '2', sk: '436B942AD637E08564B532B0EC97CB26' },
      ...{ arqc: '7A788EA6B8A3E733', csu: '00000000' },
    },
    'arpc',
    '9AF514C1',
  ],
  [
    'card-verification',
    {
      ...{ method: 'cvv', key: '99999999999999998888888888888888' },
      ...{ pan: '2222222222222222', expiry: '3333', 'service-code': '111' },
    },
    'value',
    '361',
  ],
  [
    'script',
    {
      ...{ method: 'encipher', key: '52E0E0B692027FD59170C7B6D3BCB5D0' },
      ...{ data: '049999FFC4B001F1', rules: 'visa' },
    },
    'value',
    'D421231A6FD2F0FAEE671384F0D3A7B9',
  ],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const argumentsOf = (options: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);

/** The same options, each out of a file. */
function inFiles(options: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => {
      const file = path.join(folder, name);
      writeFileSync(file, `${value}\n`);
      return [name, `@${file}`];
    }),
  );
}

describe.each(CASES)('tessera keys %s', (name, options, member, value) => {
  const run = (given: readonly string[], stdin = '') =>
    tessera(['keys', name, ...given], { stdin });

  test('answers the same from arguments, files and standard input, as JSON', async () => {
    const { out } = await run([...argumentsOf(options), '--json', '--reveal']);
    const answer = JSON.parse(out);
    const found = member === 'error' ? answer.error.kind : answer[member];
    expect(found).toMatch(new RegExp(`^${value}`));
    const fromFiles = await run([...argumentsOf(inFiles(options)), '--json', '--reveal']);
    expect(fromFiles.out).toBe(out);
    for (const [piped = '', text = ''] of Object.entries(options)) {
      const rest = { ...options, [piped]: '-' };
      expect((await run([...argumentsOf(rest), '--json', '--reveal'], text)).out, piped).toBe(out);
    }
  });

  test('shows no secret without --reveal, in words and as JSON', async () => {
    const plan = [...KEY_COMMANDS, ...EMV_COMMANDS].find((command) => command.name === name);
    const shown = JSON.parse((await run([...argumentsOf(options), '--json', '--reveal'])).out);
    for (const secret of plan?.secret ?? []) {
      if (!(secret in shown)) continue;
      for (const more of [[], ['--json']]) {
        const { out } = await run([...argumentsOf(options), ...more]);
        expect(out).toContain('--reveal shows it');
        expect(out).not.toContain(shown[secret]);
      }
    }
  });
});

test('every command is among these, and each secret has one', () => {
  const commands = [...KEY_COMMANDS, ...EMV_COMMANDS];
  const tried = new Set(CASES.map(([name]) => name));
  expect(commands.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  const secrets = commands.filter(({ secret }) => secret).map(({ name }) => name);
  const results = ['dukpt-tdes', 'dukpt-aes', 'unwrap', 'session-key', 'decode-pin-block'];
  expect(secrets).toEqual(expect.arrayContaining(results));
});

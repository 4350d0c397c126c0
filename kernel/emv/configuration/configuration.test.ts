import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffConfigurations } from './diff-configurations.ts';
import { parseConfiguration } from './parse-configuration.ts';

const COMBINATION = {
  aid: 'A000000003',
  kernelId: 3,
  transactionTypes: ['00', '09'],
  limits: { transaction: '1000000', floor: '0', cvmRequired: '5000' },
  statusCheck: true,
  data: { '9F66': '20004000' },
};
const KEY = {
  rid: 'A000000003',
  index: '92',
  environment: 'test',
  expiry: '2030-12-31',
  exponent: '03',
  modulus: 'AB'.repeat(128),
  checksum: '00'.repeat(20),
  source: 'made up',
};
const GOOD = {
  format: 'tessera-emv-configuration-1',
  mode: 'development',
  version: '1',
  currency: '978',
  country: '372',
  terminal: { '9F33': '000800', '9F35': '21', '9f40': '6000F0A001' },
  combinations: [COMBINATION],
  caKeys: [KEY],
  revokedCertificates: [{ rid: 'A000000003', index: '92', serial: '000001' }],
};

type Json = Record<string, unknown>;

function faultsOf(json: unknown): readonly string[] {
  const parsed = parseConfiguration(json);
  return parsed.ok ? [] : parsed.error.map(({ kind, path }) => `${kind} ${path}`.trim());
}

const withCombination = (change: Json): Json => ({
  ...GOOD,
  combinations: [{ ...COMBINATION, ...change }],
});
const withKey = (change: Json): Json => ({ ...GOOD, caKeys: [{ ...KEY, ...change }] });

test('a configuration is read whole', () => {
  const parsed = parseConfiguration(GOOD);
  expect(parsed).toMatchObject({
    ok: true,
    value: {
      mode: 'development',
      currencyExponent: 2,
      terminalData: { '9F40': Uint8Array.of(0x60, 0x00, 0xf0, 0xa0, 0x01) },
      combinations: [
        {
          aid: 'A000000003',
          limits: { transactionMinor: 1_000_000n, floorMinor: 0n, cvmRequiredMinor: 5_000n },
          statusCheck: true,
          transactionTypes: ['00', '09'],
        },
      ],
      caKeys: [{ index: '92', environment: 'test' }],
      revokedCertificates: [{ index: 0x92 }],
    },
  });
});

describe('every fault is named with its place', () => {
  const { version: _, ...withoutVersion } = GOOD;
  test.each([
    ['not-an-object', []],
    ['missing version', withoutVersion],
    ['unknown-format format', { ...GOOD, format: 'tessera-emv-configuration-2' }],
    ['unknown-word mode', { ...GOOD, mode: 'test' }],
    ['unknown-member floorLimit', { ...GOOD, floorLimit: '0' }],
    ['not-digits currency', { ...GOOD, currency: 'EUR' }],
    ['not-a-number currencyExponent', { ...GOOD, currencyExponent: 5 }],
    ['not-hex terminal.9F33', { ...GOOD, terminal: { '9F33': '00080' } }],
    ['length terminal.9F33', { ...GOOD, terminal: { '9F33': '0008' } }],
    ['not-a-tag terminal.9F', { ...GOOD, terminal: { '9F': '00' } }],
    ['set-by-kernel terminal.9F37', { ...GOOD, terminal: { '9F37': '00000000' } }],
    ['length terminalCategory', { ...GOOD, terminalCategory: '01' }],
    ['empty combinations', { ...GOOD, combinations: [] }],
    ['not-a-list combinations', { ...GOOD, combinations: {} }],
    ['not-an-object combinations.0', { ...GOOD, combinations: ['A000000003'] }],
    ['length combinations.0.aid', withCombination({ aid: 'A0000000' })],
    ['unknown-kernel combinations.0.kernelId', withCombination({ kernelId: 9 })],
    ['not-a-number combinations.0.kernelId', withCombination({ kernelId: '3' })],
    ['not-digits combinations.0.transactionTypes.0', withCombination({ transactionTypes: ['0'] })],
    ['not-an-amount combinations.0.limits.floor', withCombination({ limits: { floor: '1.00' } })],
    ['not-text combinations.0.limits.floor', withCombination({ limits: { floor: 0 } })],
    ['unknown-member combinations.0.limits.flor', withCombination({ limits: { flor: '0' } })],
    ['not-a-flag combinations.0.statusCheck', withCombination({ statusCheck: 'yes' })],
    ['length combinations.0.data.9F66', withCombination({ data: { '9F66': '200040' } })],
    ['missing combinations.0.data.9F66', withCombination({ data: {} })],
    ['duplicate combinations.1', { ...GOOD, combinations: [COMBINATION, COMBINATION] }],
    ['not-hex caKeys.0.modulus', withKey({ modulus: 'xyz' })],
    ['length caKeys.0.checksum', withKey({ checksum: '00' })],
    ['not-a-date caKeys.0.expiry', withKey({ expiry: '2030-13-31' })],
    ['unknown-word caKeys.0.environment', withKey({ environment: 'lab' })],
    [
      'length revokedCertificates.0.serial',
      { ...GOOD, revokedCertificates: [{ rid: 'A000000003', index: '92', serial: '01' }] },
    ],
  ])('%s', (fault, json) => {
    expect(faultsOf(json)).toContain(fault);
  });

  test('all of them, not the first alone', () => {
    expect(faultsOf({ ...GOOD, currency: 1, country: 'IE', mode: 'x' })).toHaveLength(3);
  });

  test('the same AID for another type of transaction is no duplicate', () => {
    const other = { ...COMBINATION, transactionTypes: ['20'] };
    expect(faultsOf({ ...GOOD, combinations: [COMBINATION, other] })).toEqual([]);
  });

  test('whatever JSON holds, it is read or refused', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(GOOD)), (json, member) => {
        expect(faultsOf(json).length).toBeGreaterThan(0);
        faultsOf({ ...GOOD, [member]: json });
        faultsOf(withCombination({ data: json, limits: json, aid: json }));
      }),
      { numRuns: 500 },
    );
  });
});

describe('differences', () => {
  function differences(change: Json): readonly string[] {
    const [before, after] = [parseConfiguration(GOOD), parseConfiguration({ ...GOOD, ...change })];
    if (!before.ok || !after.ok) throw new Error('not a configuration');
    return diffConfigurations(before.value, after.value).map(({ what, before, after, meanings }) =>
      [what, before, after, ...meanings].join('|'),
    );
  }
  const AID = 'AID A000000003, kernel 3, types 00 09';

  test('none', () => {
    expect(differences({})).toEqual([]);
  });

  test.each([
    [{ mode: 'production' }, ['Mode|development|production']],
    [
      withCombination({ limits: { ...COMBINATION.limits, cvmRequired: '3000' } }),
      [`${AID}: verification required from|50.00|30.00`],
    ],
    [
      withCombination({ limits: { floor: '0', cvmRequired: '5000' } }),
      [`${AID}: transaction limit|10000.00|`],
    ],
    [
      withCombination({ data: { '9F66': '24004000' } }),
      [`${AID}: 9F66 Terminal transaction qualifiers|20004000|24004000|+ Online PIN supported`],
    ],
    [
      { terminal: { ...GOOD.terminal, '9F35': '22' } },
      [
        [
          'Terminal: 9F35 Terminal type|21|22',
          '+ Attended, offline with online capability',
          '- Attended, online only',
        ].join('|'),
      ],
    ],
    [
      { caKeys: [] },
      ['CA key A000000003 92|test, 1024 bits, until 2030-12-31, checksum 00000000…|'],
    ],
    [{ revokedCertificates: [] }, ['Revoked certificate A000000003 92 000001|revoked|']],
  ])('%o', (change, told) => {
    expect(differences(change)).toEqual(told);
  });

  test('amounts of a currency without minor units', () => {
    const change = { currencyExponent: 0 };
    expect(differences(change)).toContain(`${AID}: floor limit|0.00|0`);
  });
});

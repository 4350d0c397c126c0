import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import type { ContactInput } from '#kernel/emv/contact/input.ts';
import { type CardBehaviour, ScriptedCard, terminalInput } from '../../bench/contact-card.ts';
import { answered, type Garble, KEYS, run, told } from './contact-run.fixture.ts';

const APPROVED = answered('00');
const [SDA, DDA, CDA] = ['5800', '3800', '1900'];

const CAPABLE_OF_DDA = { '9F33': hex('E0F8C0'), '9F35': hex('22') };
describe('authentication', () => {
  test.each([
    ['sda', SDA, { tvr: '0200000000', oda: 'sda-verified' }],
    ['dda', DDA, { tvr: '0000000000', oda: 'dda-verified' }],
    ['cda', CDA, { tvr: '0000000000', oda: 'cda-verified' }],
    ['none', '1800', { tvr: '8000000000', oda: 'not-performed' }],
  ])('%s, approved offline', (_, aip, expected) => {
    const terminalData = aip === SDA ? { ...CAPABLE_OF_DDA, '9F33': hex('E0F880') } : undefined;
    const result = run({ aip }, terminalData && { terminalData });
    const tsi = aip === '1800' ? '6800' : 'E800';
    expect(told(result)).toMatchObject({
      type: 'approved',
      tsi,
      cvm: '1F0002',
      arc: '5931',
      ...expected,
    });
  });

  test('CDA with ARQC and final TC, modes 1 and 3', () => {
    const card = { aip: CDA, first: 'ARQC' } as const;
    const one = run(card, {}, { host: APPROVED });
    expect(one.commands.filter((c) => c.startsWith('80AE')).map((c) => c.slice(4, 6))).toEqual([
      '50',
      '50',
    ]);
    expect(told(one)).toMatchObject({ type: 'approved', oda: 'cda-verified', tvr: '0000000000' });
    const forced = {
      forcedOnline: true,
      combinedSignature: { withArqc: false, withFinalTc: false },
    };
    const three = run({ aip: CDA, data: { '9F0F': 'FFFFFFFFFF' } }, forced, { host: APPROVED });
    const controls = three.commands.filter((c) => c.startsWith('80AE')).map((c) => c.slice(4, 6));
    expect(controls).toEqual(['80', '40']);
    // Not performed with the ARQC, and cleared for the last cryptogram. Book 2, 6.6.
    expect(three.commands.find((c) => c.startsWith('80AE80'))).toContain('8000000800');
    expect(told(three)).toMatchObject({
      type: 'approved',
      tvr: '0000000800',
      oda: 'not-performed',
    });
  });

  test('CDA that is put off is done with Y3', () => {
    const modes = {
      forcedOnline: true,
      combinedSignature: { withArqc: false, withFinalTc: false },
    };
    const result = run({ aip: CDA, data: { '9F0F': 'FFFFFFFFFF' } }, modes);
    expect(told(result)).toMatchObject({ type: 'approved', arc: '5933', oda: 'cda-verified' });
    expect(result.commands.some((c) => c.startsWith('80AE50'))).toBe(true);
  });

  const spoilt =
    (ending: string): Garble =>
    (response) => {
      const text = encodeHex(response);
      const at = text.indexOf('9F4B');
      if (!text.startsWith('77') || at < 0 || !text.includes(ending)) return response;
      const last = response.slice();
      last[last.length - 3] = (last[last.length - 3] ?? 0) ^ 1;
      return last;
    };

  test('a TC whose signature fails is declined without another cryptogram', () => {
    const result = run({ aip: CDA }, {}, { garble: spoilt('') });
    expect(told(result)).toMatchObject({
      type: 'declined',
      reason: 'authentication-failed',
      tvr: '0400000000',
      tsi: 'E800',
      oda: 'cda-failed',
    });
    expect(result.commands.filter((c) => c.startsWith('80AE'))).toHaveLength(1);
  });

  test('an ARQC whose signature fails gets an AAC at once, and the issuer is not asked', () => {
    const result = run({ aip: CDA, first: 'ARQC' }, {}, { garble: spoilt(''), host: APPROVED });
    expect(told(result)).toMatchObject({ type: 'declined', tvr: '0400000000', arc: '5A31' });
    expect(result.commands.at(-1)?.slice(0, 6)).toBe('80AE00');
    expect(result.asked).not.toContain('authorise-online');
  });

  test('the final TC whose signature fails is declined', () => {
    let cryptograms = 0;
    const garble: Garble = (response, place) => {
      if (encodeHex(response).startsWith('77')) cryptograms += 1;
      return cryptograms === 2 ? spoilt('')(response, place) : response;
    };
    const result = run({ aip: CDA, first: 'ARQC' }, {}, { garble, host: APPROVED });
    expect(told(result)).toMatchObject({ type: 'declined', reason: 'authentication-failed' });
  });

  test('keys that cannot be recovered: CDA is not asked for', () => {
    const result = run({ aip: CDA }, { caKeys: [] });
    expect(told(result)).toMatchObject({ type: 'approved', tvr: '0400000000', oda: 'cda-failed' });
    expect(result.commands.some((c) => c.startsWith('80AE40'))).toBe(true);
  });

  test('the terminal action codes decline or ask the issuer', () => {
    const [application] = terminalInput(KEYS).applications;
    const withCodes = (actionCodes: ContactInput['applications'][0]['actionCodes']) => ({
      caKeys: [],
      applications: application ? [{ ...application, actionCodes }] : [],
    });
    const denied = run({ aip: DDA }, withCodes({ denial: hex('0800000000') }));
    expect(told(denied)).toMatchObject({ type: 'declined', reason: 'card-declined', arc: '5A31' });
    const online = run({ aip: DDA }, withCodes({ online: hex('0800000000') }), { host: APPROVED });
    expect(told(online)).toMatchObject({ type: 'approved', arc: '3030' });
    const unable = run(
      { aip: DDA },
      withCodes({ online: hex('0800000000'), default: hex('0800000000') }),
    );
    expect(told(unable)).toMatchObject({
      type: 'declined',
      reason: 'unable-to-go-online',
      arc: '5A33',
    });
  });
});

describe('every single byte changed', () => {
  const FAILED = { [SDA]: '42', [DDA]: '08', [CDA]: '04' };
  /** Where the record is, and how many bytes of headers and of what is not proved come first. */
  const PROVED: Readonly<Record<string, readonly string[]>> = {
    [SDA]: ['1.1', '2.2', '2.5'],
    [DDA]: ['1.1', '2.2', '2.3'],
    [CDA]: ['1.1', '2.2', '2.3'],
  };

  test.each([SDA, DDA, CDA])(
    'AIP %s: of certificate, signature and static data',
    (aip) => {
      const terminalData = { '9F33': hex('E0F8C8'), '9F35': hex('22') };
      const capable = aip === SDA ? { '9F33': hex('E0F880'), '9F35': hex('22') } : terminalData;
      const card = new ScriptedCard(KEYS, { aip });
      let checked = 0;
      for (const place of PROVED[aip] ?? []) {
        const record = card.records.get(place) ?? new Uint8Array(0);
        for (let at = place === '1.1' ? 2 : 6; at < record.length; at += 1) {
          const garble: Garble = (response) => {
            if (encodeHex(response.slice(0, -2)) !== encodeHex(record)) return response;
            const changed = response.slice();
            changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
            return changed;
          };
          const result = told(run({ aip }, { terminalData: capable }, { garble }));
          checked += 1;
          // A change may also break the record, or what another step makes of it.
          if (result['type'] === 'end-application') continue;
          const first = Number.parseInt(result['tvr']?.slice(0, 2) ?? '', 16);
          expect({ place, at, first: first & 0x6e & ~0x20, oda: result['oda'] }).toEqual({
            place,
            at,
            first: Number.parseInt(FAILED[aip] ?? '', 16),
            oda: `${{ [SDA]: 'sda', [DDA]: 'dda', [CDA]: 'cda' }[aip]}-failed`,
          });
        }
      }
      expect(checked).toBeGreaterThan(300);
    },
    60_000,
  );

  test.each([DDA, CDA])(
    'AIP %s: of the card’s own signature',
    (aip) => {
      const signed = aip === DDA ? '8081' : '77';
      for (let at = 3; at < 131; at += 1) {
        const garble: Garble = (response) => {
          const text = encodeHex(response);
          if (!text.startsWith(signed) || response.length < 130) return response;
          const changed = response.slice();
          const place = response.length - 2 - 128 + (at - 3);
          changed[place] = (changed[place] ?? 0) ^ (1 << (at % 8));
          return changed;
        };
        const result = told(run({ aip }, {}, { garble }));
        expect({ at, tvr: result['tvr'] }).toEqual({ at, tvr: `${FAILED[aip]}00000000` });
      }
    },
    30_000,
  );

  test('of the AIP', () => {
    for (const bit of [0x80, 0x08, 0x02]) {
      const garble: Garble = (response) => {
        if (!encodeHex(response).startsWith('800A3900')) return response;
        const changed = response.slice();
        changed[2] = (changed[2] ?? 0) ^ bit;
        return changed;
      };
      expect(told(run({ aip: '3900' }, {}, { garble }))).toMatchObject({ tvr: '0400000000' });
    }
  });
});

describe('an exchange that goes wrong', () => {
  const PLACES = 12;
  const ENDS = ['approved', 'declined', 'end-application'];
  const behaviours: readonly CardBehaviour[] = [
    {
      aip: CDA,
      first: 'ARQC',
      data: { '8E': '000000000000000041031F00', '9F14': '01', '9F23': '02' },
    },
    { aip: DDA, data: { '8E': '000000000000000044031F00' } },
  ];
  const world = { host: answered('00', '7206860400840000'), pins: ['1234', '1234', '1234'] };

  test('each answer cut short ends in a defined way', () => {
    for (const behaviour of behaviours) {
      const { commands } = run(behaviour, {}, world);
      for (let cut = 0; cut < commands.length; cut += 1) {
        for (const length of [0, 1, 2, 3, 4, 7, 20]) {
          const garble: Garble = (response, place) =>
            place === cut ? response.subarray(0, Math.min(length, response.length - 1)) : response;
          const { outcome } = run(behaviour, {}, { ...world, garble });
          expect(ENDS).toContain(outcome.type);
        }
      }
    }
  }, 60_000);

  test('a card that is gone at any place', () => {
    for (const behaviour of behaviours) {
      const { commands } = run(behaviour, {}, world);
      for (let gone = 0; gone < commands.length; gone += 1) {
        const garble: Garble = (response, place) => (place >= gone ? undefined : response);
        const { outcome } = run(behaviour, {}, { ...world, garble });
        // Scripts after the last cryptogram change nothing of what was decided.
        const isOver = commands.slice(0, gone).filter((c) => c.startsWith('80AE')).length === 2;
        if (!isOver && outcome.type !== 'approved') {
          expect(outcome).toMatchObject({ type: 'end-application', reason: 'card-lost' });
        }
        expect(ENDS).toContain(outcome.type);
      }
    }
  });

  test('whatever bytes a card sends', () => {
    const bytes = fc.uint8Array({ maxLength: 60 });
    const place = fc.nat({ max: PLACES });
    const isTail = fc.boolean();
    fc.assert(
      fc.property(bytes, place, isTail, fc.nat(1), (noise, at, tail, which) => {
        const behaviour = behaviours[which] ?? { aip: CDA };
        const response = tail ? Uint8Array.of(...noise, 0x90, 0x00) : noise;
        const garble: Garble = (real, now) => (now === at ? response : real);
        const { outcome } = run(behaviour, {}, { ...world, garble });
        expect(ENDS).toContain(outcome.type);
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

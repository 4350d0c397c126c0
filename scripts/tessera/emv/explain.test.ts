import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readVectorText } from '#certify/pack-text.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { tessera } from '../tessera.fixture.ts';
import type { ExplainedEvent } from './explanation.ts';

const folder = path.resolve(import.meta.dirname, '../../../test-vectors/emv');
const file = (name: string): string => path.join(folder, name);

interface Explained {
  readonly id: string;
  readonly hasDecisions: boolean;
  readonly events: readonly ExplainedEvent[];
  readonly fault?: { readonly kind: string; readonly path: string };
}

async function explained(...args: string[]): Promise<readonly Explained[]> {
  const { out } = await tessera(['emv', 'explain', '--json', ...args]);
  return JSON.parse(out).explanations;
}

type Told = ExplainedEvent & { type: 'decision' };

function decisions({ events }: Explained): readonly Told[] {
  return events.filter((event) => event.type === 'decision');
}

const TRANSACTIONS = readdirSync(folder).filter(
  (name) => readVectorText(readFileSync(file(name))).kind === 'transaction',
);

describe.each(TRANSACTIONS)('%s', (name) => {
  const { vectors } = readVectorText(readFileSync(file(name)));

  test('each vector is told to the end that it expects', async () => {
    const told = await explained(file(name));
    expect(told.map(({ id }) => id)).toEqual(vectors.map(({ id }) => id));
    for (const [i, one] of told.entries()) {
      const { expect: wanted, result } = vectors[i] ?? {};
      if (result === 'invalid') expect(one.fault).toBeDefined();
      const last = decisions(one).at(-1);
      const isOver = last?.name === 'Outcome' || last?.name === 'Completion';
      if (one.fault || !isOver || wanted?.['outcome'] === undefined) continue;
      // A contact recording may end before the issuer was asked.
      if (wanted['outcome'] === 'online-request' && last.name === 'Completion') continue;
      if (wanted['outcome'] !== 'cancelled') expect(last.result).toMatch(`${wanted['outcome']}`);
    }
  });

  test('every bit of the TVR that is set has its reason', async () => {
    for (const one of await explained(file(name))) {
      for (const { changes } of decisions(one)) {
        for (const { results, isSet, meaning, why } of changes) {
          // A card of kernel 8 may set what has no meaning there.
          if (why !== 'the card says so (9F8104)') expect(meaning).not.toMatch(/^$|^Reserved/);
          if (results === 'TVR' && isSet) expect(why).not.toBe('');
        }
      }
    }
  });

  test('no card number is told', async () => {
    const { out } = await tessera(['emv', 'explain', file(name)]);
    const said = out.replaceAll(/\s/g, '');
    const pans = JSON.stringify(vectors).matchAll(/5A0[6-9A](\d{12,19}F?)/g);
    for (const [, pan = ''] of pans) expect(said).not.toContain(pan.slice(0, 16));
  });
});

test('a decision has its rule, a bit its reason', async () => {
  const { code, out } = await tessera(['emv', 'explain', file('contact-recorded.json')]);
  expect(code).toBe(0);
  expect(out).toContain(' = Terminal action analysis: ARQC  [EMV 4.4 Book 3, 10.7]\n');
  expect(out).toContain('TVR byte 2, bit 7 set: Expired application\n');
  expect(out).toContain(
    'because the date (9A) is after the expiry (5F24)  [EMV 4.4 Book 3, 10.4.3]',
  );
  expect(out).toContain('TSI byte 1, bit 4 set: Terminal risk management was performed\n');
});

test('action codes are told with the bits that they share with the TVR', async () => {
  const [one] = await explained(file('kernel2-recorded.json'));
  const codes = one && decisions(one).filter(({ name }) => name === 'Action codes');
  expect(codes?.map(({ result, details }) => [result, details])).toEqual([
    ['TAC denial: no bit matches', []],
    ['IAC denial: no bit matches', []],
    ['TAC online', ['matches: Online PIN entered']],
    ['IAC online: no bit matches', []],
  ]);
});

test('--select takes one; an id that is not there is a wrong option', async () => {
  const some = await explained(
    file('recorded-contactless.json'),
    '--select',
    'hu-mock-visa-offline',
  );
  expect(some.map(({ id }) => id)).toEqual(['hu-mock-visa-offline']);
  const none = await tessera(['emv', 'explain', file('contact-recorded.json'), '--select', 'x']);
  expect(none).toMatchObject({ code: 2, err: expect.stringContaining('There is no x in it.') });
});

const PAIR = { cmd: '00A4040007A000000003101000', resp: '6F098407A00000000310109000' };

test.each([
  ['a list', [PAIR], ['recording']],
  ['an object with apdus', { id: 'a', apdus: [PAIR] }, ['a']],
  [
    'an object with exchange',
    { exchange: [{ command: PAIR.cmd, response: PAIR.resp }] },
    ['recording'],
  ],
  [
    'traces',
    {
      traces: [
        { id: 'a', apdus: [PAIR] },
        { id: 'b', apdus: [] },
      ],
    },
    ['a', 'b'],
  ],
])('a bare recording, %s: its APDUs, and no decision', async (_, json, ids) => {
  const stdin = JSON.stringify(json);
  const run = await tessera(['emv', 'explain', '--json'], { stdin });
  expect(run.code).toBe(0);
  const { explanations } = JSON.parse(run.out);
  expect(explanations.map(({ id }: Explained) => id)).toEqual(ids);
  expect(explanations[0]).toMatchObject({
    hasDecisions: false,
    events: [{ type: 'apdu', name: 'SELECT A0000000031010', statusWord: '9000' }],
  });
  const text = await tessera(['emv', 'explain'], { stdin });
  expect(text.out).toContain('A bare recording');
});

test('a lost card is told as such', async () => {
  const stdin = JSON.stringify([{ cmd: PAIR.cmd, resp: null }]);
  const { out } = await tessera(['emv', 'explain'], { stdin });
  expect(out).toContain('The card was lost');
});

test.each([
  ['{', 'not-json'],
  ['7', 'no-recording'],
  ['{}', 'no-recording in exchange'],
  ['{"traces":[{"apdus":[{"cmd":"0"}]}]}', 'bad-input in traces.0.apdus.0'],
  ['[{"cmd":"*","resp":"9000"}]', 'bad-input in apdus.0.command'],
  ['[{"resp":"9000"}]', 'bad-input in apdus.0.command'],
  ['[7]', 'bad-input in apdus'],
])('input %s is refused: %s', async (stdin, kind) => {
  const run = await tessera(['emv', 'explain'], { stdin });
  expect(run.code).toBe(1);
  expect(run.err).toContain(`Refused: ${kind}`);
  expect(run.out).toBe('');
});

test('vectors of another kind are refused', async () => {
  const run = await tessera(['emv', 'explain', file('entry-point.json')]);
  expect(run).toMatchObject({ code: 1, err: 'Refused: wrong-kind in kind, at 0.\n' });
});

test('an exchange that the kernel cannot follow is told as far as it goes', async () => {
  const { vectors, ...head } = JSON.parse(`${readFileSync(file('hu-mock-visa-online.json'))}`);
  const [vector] = vectors;
  vector.input.exchange[2].command = encodeHex(Uint8Array.of(0x80, 0xca, 0x9f, 0x36, 0x00));
  const stdin = JSON.stringify({ ...head, vectors: [vector] });
  const run = await tessera(['emv', 'explain'], { stdin });
  expect(run.code).toBe(1);
  expect(run.out).toContain('Kernel activation: kernel 3');
  expect(run.err).toContain('was not run to its end: command-differs in exchange.2.');
});

test('wrong options and files that are not there', async () => {
  expect((await tessera(['emv', 'explain', 'a', 'b'])).code).toBe(2);
  expect((await tessera(['emv', 'explain', '/nowhere.json'])).code).toBe(2);
  expect((await tessera(['emv', 'explain', '--loud'])).code).toBe(2);
  const help = await tessera(['emv', 'explain', '--help']);
  expect(help).toMatchObject({ code: 0, out: expect.stringContaining('--select') });
});

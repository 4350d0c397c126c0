import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import type { CardConnection } from '#kernel/ports/card-reader.ts';
import { EVERYDAY } from '#wearable/profile.fixture.ts';
import { ReplayCard } from '#wearable/replay-card.ts';
import type { HoldOptions } from '#wearable/vpcd.ts';
import { createWearable } from '#wearable/wearable.ts';
import { describeWith } from '../../checks/describe-with.ts';
import { describeCardReaderContract } from '../simulated/card-reader.contract.ts';
import { ONLINE_PAYMENT, payThrough } from './paying.fixture.ts';
import { openPcscReaders, type PcscReader } from './pcsc-reader.ts';
import { Pcscd } from './pcscd.fixture.ts';
import { type PresentedCard, VirtualField } from './virtual-field.fixture.ts';

const READ = hex('00B2010C00');
const SESSION = [
  '00A404000E325041592E5359532E444446303100',
  '00A4040007F054455353450100',
  `80A8000023832120004000${'00'.repeat(29)}00`,
  '00B2010C00',
].map(hex);
const CARD_REMOVED = { ok: false, error: { kind: 'card-removed', effect: 'unknown' } };
const CARD_ERROR = { ok: false, error: { kind: 'card-error', effect: 'unknown' } };
const READER_ABSENT = { ok: false, error: { kind: 'reader-absent', effect: 'none' } };

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
}

describeWith('pcscd', 'the PC/SC reader', () => {
  const service = new Pcscd();
  let field: VirtualField;
  let reader: PcscReader;

  beforeAll(() => service.start());
  afterAll(() => service.end());
  beforeEach(async () => {
    field = new VirtualField();
    reader = openPcscReaders();
    await until('ready');
  });
  afterEach(async () => {
    await reader.close();
    await field.remove();
    await field.close();
  });

  async function until(state: 'ready' | 'absent'): Promise<void> {
    if (reader.state() === state) return;
    await new Promise<void>((resolve) => {
      const stop = reader.onStateChange((now) => {
        if (now !== state) return;
        stop();
        resolve();
      });
    });
  }

  async function connected(card: PresentedCard, how?: HoldOptions): Promise<CardConnection> {
    const waiting = reader.connect(new AbortController().signal);
    await field.present(card, how);
    const connection = await waiting;
    if (!connection.ok) throw new Error(connection.error.detail);
    return connection.value;
  }

  describeCardReaderContract('the PC/SC reader', async () => ({
    reader,
    present: (card) => field.present(card),
    remove: () => field.remove(),
  }));

  test('names the readers it covers', async () => {
    await expect.poll(() => reader.name).toBe('Virtual PCD 00 00, Virtual PCD 00 01');
  });

  test.each([1, 2, 3, 4])('a wearable that leaves after %i answers', async (leaveAfterApdus) => {
    const connection = await connected(createWearable(EVERYDAY), { leaveAfterApdus });
    for (const command of SESSION.slice(0, leaveAfterApdus)) {
      const response = await connection.transmit(command);
      expect(response.ok && response.value.subarray(-2)).toEqual(hex('9000'));
    }
    expect(await connection.transmit(READ)).toMatchObject(CARD_REMOVED);
    await connection.removed();
    expect(await connection.transmit(READ)).toMatchObject(CARD_REMOVED);
  });

  test('a card that leaves in place of its answer', async () => {
    const connection = await connected({ transmit: () => 'lost' });
    expect(await connection.transmit(READ)).toMatchObject(CARD_REMOVED);
  });

  test.each([1, 259, 300, 5_000])('an answer of %i bytes', async (lengthBytes) => {
    const answers = [new Uint8Array(lengthBytes).fill(0x90), hex('6A83')];
    const connection = await connected({ transmit: () => answers.shift() ?? 'lost' });
    expect(await connection.transmit(READ)).toMatchObject(CARD_ERROR);
    expect(await connection.transmit(READ)).toEqual({ ok: true, value: hex('6A83') });
  });

  test('an answer of 258 bytes, the longest there is', async () => {
    const longest = new Uint8Array(258).fill(0x90);
    const connection = await connected({ transmit: () => longest });
    expect(await connection.transmit(READ)).toEqual({ ok: true, value: longest });
  });

  test('a card of T=0', async () => {
    const seen: Uint8Array[] = [];
    const answers = ['6C05', '6102', '01029000'].map(hex);
    const connection = await connected({
      atr: hex('3B00'),
      transmit: (command) => {
        seen.push(command);
        return answers.shift() ?? 'lost';
      },
    });
    expect(await connection.transmit(READ)).toEqual({ ok: true, value: hex('01029000') });
    expect(seen).toEqual(['00B2010C00', '00B2010C05', '00C0000002'].map(hex));
  });

  test('a card without a protocol is passed over, and the next is taken', async () => {
    const waiting = reader.connect(new AbortController().signal);
    await field.present({ atr: hex('00'), transmit: () => hex('6F00') });
    await field.remove();
    await field.present({ transmit: () => hex('9000') });
    const connection = await waiting;
    expect(connection.ok && (await connection.value.transmit(READ))).toMatchObject({ ok: true });
  });

  test('a service that crashes and comes back', async ({ skip }) => {
    if (!service.isOurs) skip('somebody else runs pcscd here');
    const connection = await connected(createWearable(EVERYDAY));
    const waiting = reader.connect(new AbortController().signal);
    await service.crash();
    await until('absent');
    expect(await waiting).toMatchObject(READER_ABSENT);
    expect(await connection.transmit(READ)).toMatchObject(CARD_REMOVED);
    await connection.removed();
    expect(await reader.connect(new AbortController().signal)).toMatchObject(READER_ABSENT);
    expect(reader.name).toBe('PC/SC');

    // A native client that lost its service must survive the collection of garbage.
    collectGarbage();
    await field.remove();
    await service.start();
    await until('ready');
    const again = await connected(createWearable(EVERYDAY));
    expect(await again.transmit(SESSION[0] ?? READ)).toMatchObject({ ok: true });
  });

  test('a service that crashes while a card answers', async ({ skip }) => {
    if (!service.isOurs) skip('somebody else runs pcscd here');
    let ended: Promise<void> | undefined;
    const connection = await connected({
      transmit: () => {
        ended = service.crash();
        return hex('9000');
      },
    });
    expect(await connection.transmit(READ)).toMatchObject(CARD_REMOVED);
    await ended;
    await field.remove();
    await service.start();
    await until('ready');
  });

  describe('the kernel pays', () => {
    test('with the recorded card, command for command as recorded', async () => {
      const url = '../../test-vectors/emv/hu-mock-visa-online.json';
      const file = JSON.parse(readFileSync(new URL(url, import.meta.url), 'utf8'));
      const [{ input, expect: expected }] = file.vectors;
      const exchange = input.exchange.map((pair: { command: string; response: string }) => ({
        command: hex(pair.command),
        response: hex(pair.response),
      }));
      const card = new ReplayCard(exchange);
      const { outcome, iccData } = await payThrough(await connected(card), ONLINE_PAYMENT);
      expect([card.divergence, card.served]).toEqual([undefined, 3]);
      expect(outcome).toEqual({ type: 'approved', responseCode: '00' });
      expect(iccData).toContain(`9F2608${expected.de55['9F26']}`);
    });

    test('with a wearable', async () => {
      const connection = await connected(createWearable(EVERYDAY));
      const limits = { floorMinor: 0n, cvmRequiredMinor: 8000n };
      const combination = { aid: EVERYDAY.aid, kernelId: 3, limits };
      const { outcome, iccData } = await payThrough(connection, {
        ...ONLINE_PAYMENT,
        combinations: [{ ...combination, data: { '9F66': hex('20004000') } }],
      });
      expect(outcome).toEqual({ type: 'approved', responseCode: '00' });
      expect(iccData).toContain('9F36020001');
    });
  });
});

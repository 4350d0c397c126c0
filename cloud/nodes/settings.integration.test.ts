import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { unwrapKeyBlock } from '#kernel/keys/key-block.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import {
  buildNetworkManagement,
  type NETWORK_CODES,
} from '#kernel/transaction/follow-up-messages.ts';
import { describeWith } from '../../checks/describe-with.ts';
import { revokeTerminal } from '../acquirer/terminal-registry.ts';
import type { TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { type LiveScorers, readScorer } from '../scoring/decision-log.ts';
import { replayStored } from '../scoring/decision-store.ts';
import { DEFAULT_RULES_TEXT } from '../scoring/scorer-files.ts';
import { putInForce } from '../scoring/scorers-in-force.ts';
import { SeveralNodes, type Shop } from './several-nodes.fixture.ts';

const verified = { amountMinor: 100n, verification: 'cdcvm' } as const;

describeWith('nats', 'what is set on one node holds on the others', ([program = '']) => {
  let several: SeveralNodes;
  let shops: readonly Shop[];
  beforeAll(async () => {
    several = await SeveralNodes.start(program, 2);
    shops = await several.openShops(5, 3);
  });
  afterAll(() => several?.stop());

  /** A till that is connected to both. */
  async function atBoth(at: number): Promise<readonly [Shop, TestTerminal, TestTerminal]> {
    const shop = shops[at];
    if (!shop) throw new Error('no shop');
    const [one, other] = several.nodes.map(({ ready }) => ready.port);
    const first = await several.connect(shop.file, one ?? 0, 1);
    return [shop, first, await several.connect(shop.file, other ?? 0, 1_000)];
  }

  const manage = (terminal: TestTerminal, code: keyof typeof NETWORK_CODES) =>
    terminal.seal(buildNetworkManagement(code, terminal.file, terminal.trace()));
  const send = async (terminal: TestTerminal, bytes: Uint8Array) =>
    terminal.open(await terminal.exchange(bytes)).fields;
  /** Asks until it is answered so; what one node does, others know within about a second. */
  async function becomes(code: string, ask: () => Promise<unknown>): Promise<void> {
    for (const deadline = Date.now() + 15_000; (await ask()) !== code; await sleep(100)) {
      if (Date.now() > deadline) throw new Error(`it is never answered ${code}`);
    }
  }

  test('a message that comes to both at once is one payment with one answer', async () => {
    const [{ cards }, one, other] = await atBoth(0);
    for (const card of [...cards, ...cards]) {
      const sale = one.sale(card, verified);
      const answers = await Promise.all([one.exchange(sale.bytes), other.exchange(sale.bytes)]);
      expect(answers[0]).toEqual(answers[1]);
      expect(one.open(answers[0]).fields[39]).toBe('00');
      const both = [one.reversal(sale), other.reversal(sale)] as const;
      const undone = await Promise.all([send(one, both[0]), send(other, both[1])]);
      expect(undone.map((fields) => fields[39])).toEqual(['00', '00']);
      expect(await several.booksOf(sale)).toEqual(['reversal', 'sale']);
    }
  });

  test('a terminal that is revoked gets nowhere on any', async () => {
    const [
      {
        file,
        cards: [card],
      },
      one,
      other,
    ] = await atBoth(1);
    if (!card) throw new Error('no card');
    for (const terminal of [one, other]) {
      expect(await send(terminal, terminal.sale(card, verified).bytes)).toMatchObject({ 39: '00' });
    }
    expect(await revokeTerminal(several.db, file.terminalId, new Date())).toBe(true);
    for (const terminal of [one, other]) {
      await becomes('cut', async () => {
        await terminal.exchange(terminal.sale(card, verified).bytes, 500);
        return terminal.isCut && 'cut';
      });
    }
    for (const { ready } of several.nodes) {
      const anew = await several.connect(file, ready.port, 2_000);
      expect(await anew.exchange(anew.sale(card, verified).bytes)).toBeUndefined();
      expect(anew.isCut).toBe(true);
    }
  });

  test('a key that one gave holds on the other from its first use on', async () => {
    const [
      {
        file,
        cards: [card],
      },
      one,
      other,
    ] = await atBoth(2);
    if (!card) throw new Error('no card');
    expect(await send(other, other.sale(card, verified).bytes)).toMatchObject({ 39: '00' });
    const { 62: block } = await send(one, manage(one, 'keyChange'));
    const transportKey = new SecretKey(hex(file.transportKeyHex ?? ''));
    const { key } = expectOk(unwrapKeyBlock(transportKey, String(block)));
    const old = other.macKey;
    other.macKey = key;
    expect(await send(other, other.sale(card, verified).bytes)).toMatchObject({ 39: '00' });
    one.macKey = key;
    expect(await send(one, one.sale(card, verified).bytes)).toMatchObject({ 39: '00' });
    await sleep(1_100);
    one.macKey = old;
    expect(await one.exchange(one.sale(card, verified).bytes, 700)).toBeUndefined();
  });

  test('who signed off at one is signed off at the other', async () => {
    const [
      {
        cards: [card],
      },
      one,
      other,
    ] = await atBoth(3);
    if (!card) throw new Error('no card');
    const sell = async () => (await send(other, other.sale(card, verified).bytes))[39];
    expect(await sell()).toBe('00');
    expect(await send(one, manage(one, 'signOff'))).toMatchObject({ 39: '00' });
    await becomes('58', sell);
    expect(await send(one, manage(one, 'signOn'))).toMatchObject({ 39: '00' });
    await becomes('00', sell);
  });

  test('rules that are put in force decide on all, and are what a node starts with', async () => {
    const [
      {
        cards: [, card],
      },
      one,
      other,
    ] = await atBoth(4);
    if (!card) throw new Error('no card');
    const rules = JSON.parse(DEFAULT_RULES_TEXT);
    const never = { code: 'X99', meaning: 'any amount', points: 1_000 };
    const when = { feature: 'amountMinor', is: '>', than: 0 };
    const strict = { ...rules, name: 'strict', rules: [...rules.rules, { ...never, when }] };
    const sell = async (terminal: TestTerminal) =>
      (await send(terminal, terminal.sale(card, verified).bytes))[39];
    for (const terminal of [one, other]) expect(await sell(terminal)).toBe('00');
    const scorers = scorersOf(JSON.stringify(strict));
    expect(await putInForce(several.db, scorers, new Date())).toBe(true);
    expect(await putInForce(several.db, scorers, new Date())).toBe(false);
    for (const terminal of [one, other]) await becomes('59', () => sell(terminal));
    const late = await several.launchAnother();
    const third = await several.connect(one.file, late.ready.port, 2_000);
    expect(await sell(third)).toBe('59');
    expect(await putInForce(several.db, scorersOf(DEFAULT_RULES_TEXT), new Date())).toBe(true);
    for (const terminal of [one, other, third]) await becomes('00', () => sell(terminal));
    expect(await replayStored(several.db)).toMatchObject({ faults: [] });
  });
});

function scorersOf(rulesText: string): LiveScorers {
  const scorer = readScorer(rulesText);
  if (!scorer.ok) throw new Error(`refused: ${scorer.error.error.path}`);
  return { deciding: scorer.value };
}

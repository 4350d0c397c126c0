import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { describeWith } from '../../checks/describe-with.ts';
import { verifyAudit } from '../audit/audit-log.ts';
import { verifyLedger } from '../ledger/ledger.ts';
import { readLedger, readTransactions } from '../store/records.ts';
import { Balancer } from './balancer.fixture.ts';
import { openNatsLink } from './nats-link.ts';
import { parseNodeEvent } from './node-event.ts';
import { SeveralNodes } from './several-nodes.fixture.ts';
import { type Sold, TillUnderLoad } from './till-under-load.fixture.ts';

/** Above all STANs of a load. */
const PROBE_STAN = 5_000;

describeWith('nats', 'several nodes on one database', ([program = '']) => {
  let several: SeveralNodes;
  afterEach(() => several?.stop());

  test('one of three is killed under load: nothing is lost, doubled or not counted', async () => {
    several = await SeveralNodes.start(program, 3);
    const ports = several.nodes.map(({ ready }) => ready.port);
    const balancer = await Balancer.open(ports);
    several.alsoStop(() => balancer.close());
    const shops = await several.openShops(6, 4);
    const tills: TillUnderLoad[] = [];
    for (const shop of shops) tills.push(await TillUnderLoad.open(shop, balancer.port));
    for (const port of ports) expect(balancer.taken.get(port)).toBe(2);

    const { cloud } = several.node(0);
    let sold = 0;
    const kill = () => void (++sold === 60 && cloud.process.kill('SIGKILL'));
    await Promise.all(tills.map((till) => till.sell(28, kill)));
    expect(await cloud.ended()).toBe('SIGKILL');
    expect(tills.filter((till) => till.reconnects > 0).length).toBeGreaterThanOrEqual(2);

    const all = tills.flatMap((till) => till.sold);
    expect(all).toHaveLength(6 * 28);
    await expectOnce(all);
    for (const till of tills) till.close();
    // What the killed one had not told yet, the others tell.
    await outboxIsEmpty();
    for (const [i, shop] of shops.entries()) {
      await several.agreesWithRecount(several.node(1 + (i % 2)), shop, PROBE_STAN);
    }
  });

  test('NATS is killed under load and comes back: all go on and then count all', async () => {
    several = await SeveralNodes.start(program, 2);
    const heard = listenIn();
    const shops = await several.openShops(4, 3);
    const tills: TillUnderLoad[] = [];
    for (const [i, shop] of shops.entries()) {
      tills.push(await TillUnderLoad.open(shop, several.node(i % 2).ready.port));
    }
    const sell = () => Promise.all(tills.map((till) => till.sell(12)));
    await sell();
    const underLoad = sell();
    await several.nats.stop();
    await underLoad;
    await sell();
    // Of the last 48 and their 4 reversals nothing was told, and nothing else had to wait.
    const waiting = await several.db.selectFrom('outbox').select('event_id').execute();
    expect(waiting.length).toBeGreaterThanOrEqual(52);
    await several.nats.start();
    await sell();
    for (const till of tills) expect(till.reconnects).toBe(0);
    const all = tills.flatMap((till) => till.sold);
    expect(all).toHaveLength(4 * 48);
    await expectOnce(all);
    for (const till of tills) till.close();
    await outboxIsEmpty();

    // Told again, under its own name and under another, it is not counted again.
    const [first] = all.map(nameOf);
    const eventId = `decided-${first}`;
    await heard.untilAllOf([eventId]);
    const text = heard.texts.get(eventId) ?? '';
    await heard.link.send({ eventId, text });
    await heard.link.send({ eventId: 'again', text });
    for (const [at, node] of several.nodes.entries()) {
      for (const shop of shops) await several.agreesWithRecount(node, shop, PROBE_STAN * (at + 1));
    }
    // Each payment was told, by the node that decided it.
    const stored = await readTransactions(several.db);
    const decided = stored.filter(({ kind }) => kind === 'purchase').map(nameOfRow);
    await heard.untilAllOf(decided.map((name) => `decided-${name}`));
  });

  test('what a node had not told when it was killed is told by another', async () => {
    several = await SeveralNodes.start(program, 2);
    const [shop] = await several.openShops(1, 2);
    if (!shop) throw new Error('no shop');
    await several.nats.stop();
    const till = await TillUnderLoad.open(shop, several.node(0).ready.port);
    await till.sell(8);
    await several.node(0).cloud.end('SIGKILL');
    till.close();
    const waiting = await several.db.selectFrom('outbox').select('event_id').execute();
    expect(waiting.map((row) => row.event_id.split('-')[0]).toSorted()).toEqual([
      ...Array(8).fill('decided'),
      'reversed',
    ]);
    await several.nats.start();
    await outboxIsEmpty();
    await several.agreesWithRecount(several.node(1), shop, PROBE_STAN);
  });

  /** Each sale is stored, booked and undone as it was answered, once; all books are in order. */
  async function expectOnce(all: readonly Sold[]): Promise<void> {
    const stored = await readTransactions(several.db);
    const states = new Map(stored.map((row) => [nameOfRow(row), row.state]));
    const booked = (await readLedger(several.db)).map(
      (line) => `${line.terminalId} ${line.entryId}`,
    );
    const entries = new Set(booked);
    expect(booked).toHaveLength(entries.size);
    for (const each of all) {
      const isApproved = each.answer.fields[39] === '00';
      const [terminalId, stan, transmittedAt] = nameOf(each).split('-');
      const isBooked = (act: string) =>
        entries.has(`${terminalId} ${act}-${stan}-${transmittedAt}`);
      expect({
        state: states.get(nameOf(each)),
        ...{ sale: isBooked('sale'), reversal: isBooked('reversal') },
      }).toEqual({
        state: isApproved ? (each.isReversed ? 'reversed' : 'captured') : 'declined',
        ...{ sale: isApproved, reversal: isApproved && each.isReversed },
      });
    }
    expect(all.filter(({ answer }) => answer.fields[39] === '00').length).toBeGreaterThan(
      all.length / 2,
    );
    expect(await verifyLedger(several.db)).toMatchObject({ misstated: [], overdrawn: [] });
    expect(await verifyAudit(several.db)).toMatchObject({ broken: [] });
  }

  async function outboxIsEmpty(): Promise<void> {
    const left = () => several.db.selectFrom('outbox').select('event_id').execute();
    for (const deadline = Date.now() + 20_000; (await left()).length > 0; await sleep(50)) {
      if (Date.now() > deadline) throw new Error('the outbox does not become empty');
    }
  }

  /** One more that hears what nodes tell each other. */
  function listenIn() {
    const texts = new Map<string, string>();
    const link = openNatsLink({
      url: several.nats.url,
      since: new Date(0),
      log: () => undefined,
      receive(text) {
        const event = parseNodeEvent(text);
        if (event) texts.set(event.eventId, text);
      },
    });
    several.alsoStop(() => link.close());
    const untilAllOf = async (names: readonly string[]) => {
      for (const deadline = Date.now() + 20_000; ; await sleep(50)) {
        const missing = names.filter((name) => !texts.has(name));
        if (missing.length === 0) return;
        if (Date.now() > deadline) throw new Error(`never told: ${missing.join(' ')}`);
      }
    };
    return { link, texts, untilAllOf };
  }
});

function nameOf({ terminalId, sale }: Sold): string {
  return `${terminalId}-${sale.message.fields[11]}-${sale.message.fields[7]}`;
}

function nameOfRow(row: { terminal_id: string; stan: string; transmitted_at: string }): string {
  return `${row.terminal_id}-${row.stan}-${row.transmitted_at}`;
}

import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { enrolAnother } from '../acquirer/enrolment.ts';
import type { TestCard } from '../acquirer/test-card.fixture.ts';
import { openTestCards } from '../acquirer/test-cards.fixture.ts';
import { type Sale, type TerminalFile, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { ForkedCloud, type Ready } from '../forked-cloud.fixture.ts';
import { type Velocity, VelocityCounters } from '../scoring/velocity.ts';
import { openDatabase, type Queries } from '../store/database.ts';
import { startCluster } from '../store/postgres/cluster.ts';
import { startTestCluster, urlsOf } from '../store/postgres/test-cluster.fixture.ts';
import { readLedger } from '../store/records.ts';
import { openSecrets, type Secrets, tokenOf } from '../store/secrets.ts';
import { NatsServer } from './nats-server.fixture.ts';

/** A node in a process of its own. */
export interface TestNode {
  readonly cloud: ForkedCloud;
  readonly ready: Ready;
}

/** A till and the cards that are used at it alone, so that their counters are in order. */
export interface Shop {
  readonly file: TerminalFile;
  readonly cards: readonly TestCard[];
}

const PATIENCE_MS = 25_000;

/** Nodes in processes of their own, on one database and one NATS. */
export class SeveralNodes {
  readonly nats: NatsServer;
  /** As the owner of the tables. */
  readonly db: Queries;
  readonly nodes: TestNode[] = [];
  readonly #folder: string;
  readonly #args: readonly string[];
  readonly #stops: (() => Promise<unknown>)[];

  constructor(
    folder: string,
    nats: NatsServer,
    urls: { readonly databaseUrl: string; readonly ownerDatabaseUrl: string },
    stops: (() => Promise<unknown>)[],
  ) {
    this.#folder = folder;
    this.nats = nats;
    this.db = openDatabase(urls.ownerDatabaseUrl);
    this.#args = [
      ...['--database-url', urls.databaseUrl, '--owner-database-url', urls.ownerDatabaseUrl],
      ...['--nats-url', nats.url],
    ];
    this.#stops = stops;
    stops.push(() => this.db.destroy());
  }

  /** `natsProgram` is the NATS server. */
  static async start(natsProgram: string, count: number): Promise<SeveralNodes> {
    const stops: (() => Promise<unknown>)[] = [];
    const folder = await mkdtemp(path.join(tmpdir(), 'tessera-nodes-'));
    stops.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
    const never = new AbortController().signal;
    const cluster = (await startTestCluster(folder)) ?? (await startCluster(folder, never));
    stops.push(() => cluster.stop());
    const nats = await NatsServer.create(natsProgram, folder);
    await nats.start();
    stops.push(() => nats.stop());
    const several = new SeveralNodes(folder, nats, await urlsOf(cluster), stops);
    await several.#launch(0);
    await Promise.all(Array.from({ length: count - 1 }, (_, i) => several.#launch(i + 1)));
    return several;
  }

  /** Stops this as well, before everything else. */
  alsoStop(stop: () => Promise<unknown>): void {
    this.#stops.push(stop);
  }

  async stop(): Promise<void> {
    for (let stop = this.#stops.pop(); stop; stop = this.#stops.pop()) await stop();
  }

  node(at: number): TestNode {
    const node = this.nodes[at];
    if (!node) throw new Error(`no node ${at}`);
    return node;
  }

  secrets(): Promise<Secrets> {
    return openSecrets(path.join(this.#folder, 'node-0'));
  }

  /** Enrols tills and opens accounts for them. */
  async openShops(count: number, cardsEach: number): Promise<readonly Shop[]> {
    const secrets = await this.secrets();
    const cards = await openTestCards(this.db, secrets, count * cardsEach);
    const host = { dataDir: path.join(this.#folder, 'node-0'), port: this.node(0).ready.port };
    const shops: Shop[] = [];
    for (let i = 0; i < count; i++) {
      // Two tills a merchant.
      const merchantId = `NODES${i >> 1}`.padEnd(15, '0');
      const name = { terminalId: `${30_000_000 + i}`, merchantId };
      const file = await enrolAnother(
        { ...host, db: this.db },
        { ...name, merchantName: 'Shop', merchantAddress: '12 Mosaic Lane' },
        secrets.keyProtectionKey,
        new Date(),
      );
      shops.push({ file, cards: cards.slice(i * cardsEach, (i + 1) * cardsEach) });
    }
    return shops;
  }

  /** Connects a till to this node, or to another port that leads to one. */
  connect(file: TerminalFile, port: number, firstStan?: number): Promise<TestTerminal> {
    const options = firstStan === undefined ? {} : { firstStan };
    return TestTerminal.connect({ ...file, port }, options);
  }

  /**
   * Sells by each card at this node until it counts what a recount of all that is stored comes to,
   * in every counter. Throws the difference when it does not come to that.
   */
  async agreesWithRecount(node: TestNode, { file, cards }: Shop, firstStan: number): Promise<void> {
    const { tokenKey } = await this.secrets();
    const terminal = await this.connect(file, node.ready.port, firstStan);
    for (const card of cards) {
      const cardToken = tokenOf(card.profile.pan, tokenKey);
      for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(100)) {
        const now = new Date();
        const recount = (await VelocityCounters.rebuild(this.db, now)).count({
          ...{ terminalId: file.terminalId, merchantId: file.merchantId, cardToken, now },
          deviceToken: encodeHex(deviceOf(card)),
        });
        const counted = await this.#countedBy(terminal, card, recount);
        if (isDeepStrictEqual(counted, recount)) break;
        if (Date.now() > deadline) {
          throw new Error(`counts ${JSON.stringify(counted)}, not ${JSON.stringify(recount)}`);
        }
      }
    }
    terminal.close();
  }

  /** What a node counted before a payment, of the counters in `like`. */
  async #countedBy(terminal: TestTerminal, card: TestCard, like: Velocity): Promise<unknown> {
    const context = { deviceToken: deviceOf(card) };
    // Verified, it would forgive what is counted wrongly.
    const sale = terminal.sale(card, { amountMinor: 100n, verification: 'none', context });
    terminal.open(await terminal.exchange(sale.bytes));
    const { features } = await this.db
      .selectFrom('decisions')
      .select('features')
      .where('terminal_id', '=', terminal.file.terminalId)
      .where('stan', '=', String(sale.message.fields[11]))
      .executeTakeFirstOrThrow();
    const parsed: Record<string, unknown> = JSON.parse(features);
    return Object.fromEntries(Object.keys(like).map((name) => [name, parsed[name]]));
  }

  /** What was booked for a sale: `sale`, `reversal`. */
  async booksOf({ message }: Sale): Promise<readonly string[]> {
    const lines = await readLedger(this.db);
    const name = `-${message.fields[11]}-${message.fields[7]}`;
    const { 41: terminalId } = message.fields;
    const ofSale = lines.filter(
      (line) => line.terminalId === terminalId && line.entryId.endsWith(name),
    );
    return ofSale.map((line) => line.entryId.slice(0, -name.length)).toSorted();
  }

  /** One more. */
  async launchAnother(): Promise<TestNode> {
    const at = this.nodes.length;
    await this.#launch(at);
    return this.node(at);
  }

  /** A node with the keys of the first. */
  async #launch(at: number): Promise<void> {
    const dataDir = path.join(this.#folder, `node-${at}`);
    await mkdir(dataDir);
    if (at > 0) await cp(path.join(this.#folder, 'node-0'), dataDir, { recursive: true });
    const cloud = new ForkedCloud(dataDir, this.#args);
    this.#stops.push(() => cloud.end('SIGKILL'));
    this.nodes[at] = { cloud, ready: await cloud.started() };
  }
}

/** The device that a card is on, with one or two others. */
export function deviceOf({ profile }: TestCard): Uint8Array {
  const number = Math.floor(Number(profile.pan.slice(0, -1).slice(-4)) / 3);
  return Uint8Array.of(0xd0, number >> 8, number & 255);
}

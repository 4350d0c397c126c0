import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Acquirer } from './acquirer/acquirer.ts';
import { answerMessage } from './acquirer/answer-message.ts';
import { type AccountRules, configureAccount } from './acquirer/configure-account.ts';
import { enrolAnother, openEnrolment } from './acquirer/enrolment.ts';
import { ownIssuer } from './acquirer/issuers.ts';
import type { EnrolledTerminal } from './acquirer/terminal-registry.ts';
import type { TestCard } from './acquirer/test-card.fixture.ts';
import {
  readCard,
  readTerminalFile,
  type Sale,
  type TerminalFile,
  TestTerminal,
} from './acquirer/test-terminal.fixture.ts';
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts';
import { book, cardAccount, ISSUER_SHARD } from './ledger/ledger.ts';
import type { LiveScorers } from './scoring/decision-log.ts';
import type { ScorerFiles } from './scoring/scorer-files.ts';
import { defaultScorers } from './scoring/scorers.fixture.ts';
import { VelocityCounters } from './scoring/velocity.ts';
import { openDatabase, type Queries } from './store/database.ts';
import { startTestCluster, urlsOf } from './store/postgres/test-cluster.fixture.ts';
import { readLedger, readTransactions } from './store/records.ts';
import { openSecrets, type Secrets } from './store/secrets.ts';

/**
 * A cloud in this process, on its own PostgreSQL in a folder that goes away with it: the embedded
 * one, or by its URL the one whose programs are in `TESSERA_TEST_POSTGRES`.
 */
export class RunningCloud {
  readonly cloud: Cloud;
  readonly db: Queries;
  /** What it logged. */
  readonly lines: string[];
  readonly dataDir: string;
  readonly #stopDatabase: () => Promise<void>;
  readonly #secrets: Secrets;
  readonly #acquirer: Acquirer;
  readonly #terminal: EnrolledTerminal;
  readonly #terminals: TestTerminal[] = [];
  readonly #cards = new Map<string, TestCard>();

  constructor(
    cloud: Cloud,
    home: { readonly dataDir: string; readonly stopDatabase: () => Promise<void> },
    lines: string[],
    secrets: Secrets,
    terminal: EnrolledTerminal,
    scorers: LiveScorers,
  ) {
    this.cloud = cloud;
    this.db = openDatabase(cloud.databaseUrl);
    const { tokenKey, keyProtectionKey } = secrets;
    const issuers = [ownIssuer(secrets)];
    const velocity = new VelocityCounters();
    const keys = { tokenKey, keyProtectionKey };
    const now = () => new Date();
    this.#acquirer = { db: this.db, issuers, ...keys, velocity, scorers, now };
    this.#terminal = terminal;
    this.dataDir = home.dataDir;
    this.#stopDatabase = home.stopDatabase;
    this.#secrets = secrets;
    this.lines = lines;
  }

  static async start(
    scorerFiles: ScorerFiles = {},
    webhooks: CloudOptions['webhooks'] = {},
    traces?: CloudOptions['traces'],
  ): Promise<RunningCloud> {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'tessera-running-cloud-'));
    const lines: string[] = [];
    const log = (line: string) => void lines.push(line);
    const events = { log, record: log, databaseLost: () => undefined };
    const cluster = await startTestCluster(dataDir);
    const stopDatabase = async () => cluster?.stop();
    const options = {
      ...{ dataDir, scorerFiles, webhooks, ...(traces && { traces }) },
      ...(cluster && (await urlsOf(cluster))),
    };
    const starting = startCloud(options, events, new AbortController().signal);
    const cloud = await starting.catch(async (cause) => {
      await stopDatabase();
      await rm(dataDir, { recursive: true, force: true });
      throw cause;
    });
    const secrets = await openSecrets(dataDir);
    const { terminal } = await openEnrolment(dataDir, secrets.issuerMasterKey, new Date());
    const scorers = defaultScorers();
    return new RunningCloud(cloud, { dataDir, stopDatabase }, lines, secrets, terminal, scorers);
  }

  async stop(): Promise<void> {
    for (const terminal of this.#terminals) terminal.close();
    await this.db.destroy();
    await this.cloud.stop();
    await this.#stopDatabase();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Answers a message past the TLS server, which would let only one of a terminal in at a time. */
  async answer(bytes: Uint8Array): Promise<Uint8Array | undefined> {
    const answer = await answerMessage(this.#acquirer, this.#terminal, bytes);
    if (!answer.ok) throw new Error(`dropped: ${answer.error.kind} at ${answer.error.path}`);
    return answer.value ?? undefined;
  }

  /** Sets rules of a card's account. */
  configure(card: TestCard, rules: AccountRules): Promise<void> {
    const issuer = ownIssuer(this.#secrets);
    const { tokenKey } = this.#secrets;
    return configureAccount(
      this.db,
      { issuer, tokenKey, pan: card.profile.pan },
      rules,
      new Date(),
    );
  }

  /** Puts money on the account of a card. */
  async give(cardToken: string, amountMinor: bigint): Promise<void> {
    await this.db.transaction().execute(async (unit) => {
      const creditAccount = cardAccount(cardToken);
      const transfer = {
        debitAccount: 'issuer:funds',
        creditAccount,
        currency: '978',
        amountMinor,
      };
      const entryId = `given-${cardToken}-${amountMinor}`;
      await book(unit, { terminalId: ISSUER_SHARD, entryId, transfers: [transfer] });
      await unit
        .updateTable('cards')
        .set((set) => ({ balance_minor: set('balance_minor', '+', amountMinor) }))
        .where('card_token', '=', cardToken)
        .execute();
    });
  }

  terminalFile() {
    return readTerminalFile(this.cloud.enrolmentDir);
  }

  /** Enrols another terminal of the same shop. */
  enrol(terminalId: string): Promise<TerminalFile> {
    const { port } = this.cloud;
    const name = { terminalId, merchantId: 'TESSERA00000001', merchantName: 'Shop' };
    return enrolAnother(
      { dataDir: this.dataDir, port, db: this.db },
      { ...name, merchantAddress: '12 Mosaic Lane' },
      this.#secrets.keyProtectionKey,
      new Date(),
    );
  }

  /** Connects the terminal once more; every connection has STANs of its own. */
  async connect(): Promise<TestTerminal> {
    const firstStan = this.#terminals.length * 1_000 + 1;
    const terminal = await TestTerminal.connect(await this.terminalFile(), { firstStan });
    this.#terminals.push(terminal);
    return terminal;
  }

  /** A card whose counter goes on from one call to the next. */
  async card(wearableId: string): Promise<TestCard> {
    const card =
      this.#cards.get(wearableId) ?? (await readCard(this.cloud.enrolmentDir, wearableId));
    this.#cards.set(wearableId, card);
    return card;
  }

  async recordsOf(sale: Sale) {
    return (await readTransactions(this.db)).filter(
      (each) => each.stan === sale.message.fields[11],
    );
  }

  /** What was booked for a sale, in order of time: `sale`, `reversal`. */
  async entriesOf(sale: Sale): Promise<readonly string[]> {
    const lines = await readLedger(this.db);
    const ofSale = lines.filter((each) => each.entryId.includes(`-${sale.message.fields[11]}-`));
    return [...new Set(ofSale.map((each) => each.entryId.split('-')[0] ?? ''))];
  }
}

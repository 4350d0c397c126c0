import { configureAccount } from '#cloud/acquirer/configure-account.ts';
import { openAccounts } from '#cloud/acquirer/demo-cards.ts';
import { ownIssuer } from '#cloud/acquirer/issuers.ts';
import { enrolTerminal } from '#cloud/acquirer/terminal-registry.ts';
import type { VersionedScorer } from '#cloud/scoring/decision-log.ts';
import { storeScorers } from '#cloud/scoring/decision-store.ts';
import { readScorers } from '#cloud/scoring/scorer-files.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { runnerSettings } from '#terminal/config/runner-settings.ts';
import { createRandom, type Random } from '../fuzz/random.ts';
import type { Canary } from './canaries.ts';
import { type DrawnCard, drawCards } from './cards.ts';
import type { DatabaseServer } from './host/database-server.ts';
import { spoilStore } from './host/host-bug.ts';
import { CERTIFICATE_SHA256, type HostMakeup, SimulatedHost } from './host/simulated-host.ts';
import { judge, type Verdict } from './judge.ts';
import { Cashier, Customer, type Sale } from './terminal/cashier.ts';
import { SimulatedTerminal } from './terminal/simulated-terminal.ts';
import { drawFaultRates } from './world/faults.ts';
import { installVirtualGlobals, randomBytes } from './world/virtual-globals.ts';
import { World } from './world/world.ts';

/** What a run needs besides its seed. */
export interface RunSetting {
  readonly server: DatabaseServer;
  readonly scorer: VersionedScorer;
  readonly canary?: Canary;
}

/** What one run came to. */
export interface RunResult extends Verdict {
  readonly world: World;
  readonly simulatedMs: number;
}

/** What all runs have in common: the rules that score where an operator gives none. */
export async function openSetting(server: DatabaseServer): Promise<RunSetting> {
  const scorers = await readScorers({});
  if (!scorers.ok) throw new Error(scorers.error);
  return { server, scorer: scorers.value.deciding };
}

const TERMINALS = 3;
const SALES = 10;
const MOST_SKEW_MS = 3 * 86_400_000;
/** Simulated: for the sales, for the end of every payment, and for messages still on their way. */
const WORK_MS = 3_600_000;
const RESOLVE_MS = 3_600_000;
const AFTERMATH_MS = 120_000;

/** One run: everything in it follows from `seed` and `run`. */
export async function simulate(
  { server, scorer, canary }: RunSetting,
  seed: number,
  run: number,
): Promise<RunResult> {
  const random = createRandom(seed, run);
  const world = new World(random, drawFaultRates(random), canary);
  const startMs = world.scheduler.nowMs;
  const makeup = drawMakeup(random, scorer);
  const cards = drawCards(random, makeup.issuerMasterKey);
  await server.clear();
  const restore = installVirtualGlobals(world.scheduler, random);
  try {
    const macKeys = await prepare(world, server, makeup, cards);
    const host = new SimulatedHost(world, server, makeup.host);
    const customers = cards.map(({ profile }) => new Customer(profile));
    const terminals = macKeys.map(([terminalId, macKey]) => {
      const identity = { terminalId, merchantId: MERCHANT };
      const settings = runnerSettings({ identity, macKey });
      const skewMs = world.onceIn(2) ? random.below(2 * MOST_SKEW_MS) - MOST_SKEW_MS : 0;
      return new SimulatedTerminal(world, host, settings, skewMs);
    });
    const cashiers = terminals.map(
      (terminal) => new Cashier(world, terminal, customers, drawSales(random, terminal.terminalId)),
    );
    host.start();
    for (const terminal of terminals) terminal.start();
    for (const cashier of cashiers) cashier.work();
    await live(world, server, terminals, cashiers);
    for (const terminal of terminals) terminal.stop();
    host.stop();
    await passTime(world, 1_000, async () => false);
    await spoilStore(world, server);
    const verdict = await judge(world, server, terminals);
    return { ...verdict, world, simulatedMs: world.scheduler.nowMs - startMs };
  } finally {
    restore();
  }
}

const MERCHANT = 'TESSERA00000001';

/** The sales with faults, then the calm in which everything must come to its end. */
async function live(
  world: World,
  server: DatabaseServer,
  terminals: readonly SimulatedTerminal[],
  cashiers: readonly Cashier[],
): Promise<void> {
  await passTime(world, WORK_MS, async () => cashiers.every(({ isDone }) => isDone));
  world.calm();
  for (const terminal of terminals) {
    terminal.disk.fullUntilMs = 0;
    terminal.restart();
  }
  await passTime(world, RESOLVE_MS, () => isResolved(server, terminals));
  await passTime(world, AFTERMATH_MS, async () => false);
}

/** Lets events happen until `isEnough`, asked once a simulated second, or until time is up. */
async function passTime(
  { scheduler }: World,
  mostMs: number,
  isEnough: () => Promise<boolean>,
): Promise<void> {
  const endMs = scheduler.nowMs + mostMs;
  let askedMs = scheduler.nowMs;
  scheduler.after(mostMs, () => undefined);
  while (scheduler.nowMs < endMs && (await scheduler.step())) {
    if (scheduler.nowMs - askedMs < 1_000) continue;
    askedMs = scheduler.nowMs;
    if (await isEnough()) return;
  }
}

async function isResolved(
  server: DatabaseServer,
  terminals: readonly SimulatedTerminal[],
): Promise<boolean> {
  for (const { disk } of terminals) {
    const open = await disk.journal.open();
    if (!open.ok || open.value.length > 0) return false;
  }
  const unknown = await server.db
    .selectFrom('transactions')
    .select('stan')
    .where('state', 'in', ['unknown', 'reversal-due'])
    .execute();
  return unknown.length === 0;
}

interface Makeup {
  readonly host: HostMakeup;
  readonly issuerMasterKey: SecretKey;
}

function drawMakeup(random: Random, scorer: VersionedScorer): Makeup {
  const key = (length: number) => new SecretKey(randomBytes(random, length));
  const issuerMasterKey = key(16);
  const issuer = { issuerMasterKey, scriptMasterKey: key(16), pinVerificationKey: key(16) };
  return {
    issuerMasterKey,
    host: {
      issuers: [ownIssuer(issuer)],
      tokenKey: randomBytes(random, 32),
      keyProtectionKey: key(32),
      scorers: { deciding: scorer },
    },
  };
}

/** Fills the store as an operator would; the terminals and their MAC keys. */
async function prepare(
  { scheduler, random }: World,
  { db }: DatabaseServer,
  { host }: Makeup,
  cards: readonly DrawnCard[],
): Promise<readonly (readonly [terminalId: string, macKey: SecretKey])[]> {
  const now = new Date(scheduler.nowMs);
  const [issuer] = host.issuers;
  if (!issuer) throw new Error('a host has an issuer');
  await storeScorers(db, host.scorers, now);
  await openAccounts(
    db,
    cards.map(({ account }) => account),
    host.tokenKey,
  );
  for (const { account, rules } of cards) {
    const card = { issuer, pan: account.pan, tokenKey: host.tokenKey };
    await configureAccount(db, card, rules, now);
  }
  const macKeys: [string, SecretKey][] = [];
  for (let number = 1; number <= 1 + random.below(TERMINALS); number++) {
    const terminalId = `1000000${number}`;
    const macKey = new SecretKey(randomBytes(random, 16));
    const terminal = { terminalId, merchantId: MERCHANT, macKey };
    const enrolled = { ...terminal, certificateSha256: CERTIFICATE_SHA256 };
    await enrolTerminal(db, enrolled, host.keyProtectionKey, now);
    macKeys.push([terminalId, macKey]);
  }
  return macKeys;
}

function drawSales(random: Random, terminalId: string): readonly Sale[] {
  return Array.from({ length: 1 + random.below(SALES) }, (_, index) => {
    const unitPriceMinor = BigInt(1 + random.below(random.pick([500, 3_000, 20_000])));
    const line = { lineId: '1', itemId: '1', name: 'Oat milk', quantity: 1, taxPermille: 70 };
    return {
      saleId: `${terminalId}-sale-${index + 1}`,
      amountMinor: unitPriceMinor,
      lines: [{ ...line, unitPriceMinor }],
    };
  });
}

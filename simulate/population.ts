import { configureAccount } from '#cloud/acquirer/configure-account.ts';
import { openAccounts } from '#cloud/acquirer/demo-cards.ts';
import { ownIssuer } from '#cloud/acquirer/issuers.ts';
import { enrolTerminal } from '#cloud/acquirer/terminal-registry.ts';
import type { LiveScorers } from '#cloud/scoring/decision-log.ts';
import { storeScorers } from '#cloud/scoring/decision-store.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { runnerSettings } from '#terminal/config/runner-settings.ts';
import type { Random } from '../fuzz/random.ts';
import { type DrawnCard, drawCards, testCardOf } from './cards.ts';
import type { DatabaseServer } from './host/database-server.ts';
import { CERTIFICATE_SHA256, type HostMakeup, SimulatedHost } from './host/simulated-host.ts';
import type { Laboratory } from './laboratory.ts';
import { Book } from './messages/book.ts';
import { MessageProgram } from './messages/message-program.ts';
import type { Scenario } from './scenario.ts';
import { BackOffice } from './terminal/back-office.ts';
import { Cashier, Customer } from './terminal/cashier.ts';
import { Machine, type Program } from './terminal/machine.ts';
import { Disk } from './terminal/stepwise-journal.ts';
import { TillProgram } from './terminal/till-program.ts';
import { randomBytes } from './world/virtual-globals.ts';
import type { World } from './world/world.ts';

/** A till with its cashier. */
interface Till {
  readonly terminalId: string;
  readonly machine: Machine<TillProgram>;
  readonly disk: Disk;
  readonly cashier: Cashier;
  readonly office: BackOffice;
}

/** A terminal that works with single messages. */
interface Messenger {
  readonly terminalId: string;
  readonly machine: Machine<MessageProgram>;
  readonly book: Book;
}

/** Everybody in a run. */
export interface Population {
  readonly host: SimulatedHost;
  readonly tills: readonly Till[];
  readonly messengers: readonly Messenger[];
}

const MERCHANT = 'TESSERA00000001';
const MOST_SKEW_MS = 3 * 86_400_000;

/** Fills the store as an operator would, and puts everybody in place. */
export async function populate(
  world: World,
  laboratory: Laboratory,
  scenario: Scenario,
): Promise<Population> {
  const { random } = world;
  const { server, folder } = laboratory;
  const makeup = drawMakeup(random, scorersOf(laboratory, scenario), scenario);
  // A card that is used in two ways has one counter only: they are others.
  const draw = (range: number) => drawCards(random, makeup.issuerMasterKey, scenario, range);
  const [cards, otherCards] = [draw(0), draw(1)];
  await openStore(world, server, makeup, [...cards, ...otherCards]);
  const host = new SimulatedHost(world, server, makeup.host);
  const enrolment: Enrolment = { world, server, makeup, hasSkew: scenario.hasSkewedClocks };
  const customers = cards.map(({ profile }) => new Customer(profile));
  const tills: Till[] = [];
  for (const [index, sales] of scenario.sales.entries()) {
    const { terminalId, macKey, skewMs } = await enrol(enrolment, 1 + tills.length);
    const settings = runnerSettings({ identity: { terminalId, merchantId: MERCHANT }, macKey });
    const disk = new Disk(folder);
    const machine = new Machine(world, terminalId, skewMs, (life) => {
      return new TillProgram(world, host, { settings, macKey }, disk, life);
    });
    const office = new BackOffice(world, machine, disk, scenario.followUps[index] ?? 0);
    const cashier = new Cashier(world, machine, customers, sales, office);
    tills.push({ terminalId, machine, disk, cashier, office });
  }
  const messengers: Messenger[] = [];
  const testCards = otherCards.map((card) => testCardOf(card, random));
  for (const count of scenario.messages) {
    const { transportKey, ...rest } = await enrol(enrolment, 11 + messengers.length);
    const { terminalId, macKey, skewMs } = rest;
    const book = new Book(macKey, count);
    const identity = { terminalId, merchantId: MERCHANT };
    const machine = new Machine(world, terminalId, skewMs, (life) => {
      return new MessageProgram(
        world,
        host,
        { book, identity, cards: testCards, transportKey },
        life,
      );
    });
    messengers.push({ terminalId, machine, book });
  }
  return { host, tills, messengers };
}

/** All machines but the host. */
export function machinesOf({ tills, messengers }: Population): readonly Machine<Program>[] {
  return [...tills, ...messengers].map(({ machine }) => machine);
}

interface Makeup {
  readonly host: HostMakeup;
  readonly issuerMasterKey: SecretKey;
}

/** Strict rules decide, or only watch. */
function scorersOf({ strict, lenient }: Laboratory, { isStrict }: Scenario): LiveScorers {
  return isStrict ? { deciding: strict } : { deciding: lenient, challenger: strict };
}

function drawMakeup(random: Random, scorers: LiveScorers, { hasDisputes }: Scenario): Makeup {
  const key = (length: number) => new SecretKey(randomBytes(random, length));
  const issuerMasterKey = key(16);
  const issuer = { issuerMasterKey, scriptMasterKey: key(16), pinVerificationKey: key(16) };
  return {
    issuerMasterKey,
    host: {
      issuers: [ownIssuer(issuer)],
      tokenKey: randomBytes(random, 32),
      keyProtectionKey: key(32),
      scorers,
      hasDisputes,
    },
  };
}

async function openStore(
  { scheduler }: World,
  { db }: DatabaseServer,
  { host }: Makeup,
  cards: readonly DrawnCard[],
): Promise<void> {
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
}

interface Enrolment {
  readonly world: World;
  readonly server: DatabaseServer;
  readonly makeup: Makeup;
  readonly hasSkew: boolean;
}

/** Enrols a terminal of this number, with keys and a clock of its own. */
async function enrol({ world, server, makeup, hasSkew }: Enrolment, number: number) {
  const { random, scheduler } = world;
  const terminalId = `100000${`${number}`.padStart(2, '0')}`;
  const macKey = new SecretKey(randomBytes(random, 16));
  const transportKey = new SecretKey(randomBytes(random, 32));
  const terminal = { terminalId, merchantId: MERCHANT, macKey, transportKey };
  const enrolled = { ...terminal, certificateSha256: CERTIFICATE_SHA256 };
  await enrolTerminal(server.db, enrolled, makeup.host.keyProtectionKey, new Date(scheduler.nowMs));
  const isSkewed = hasSkew && world.onceIn(2);
  const skewMs = isSkewed ? random.below(2 * MOST_SKEW_MS) - MOST_SKEW_MS : 0;
  return { terminalId, macKey, transportKey, skewMs };
}

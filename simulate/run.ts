import { createRandom, type Random } from '../fuzz/random.ts';
import type { Canary } from './canaries.ts';
import type { DatabaseServer } from './host/database-server.ts';
import { spoilStore } from './host/host-bug.ts';
import { judgeMemory } from './host/judge-memory.ts';
import { judge, type Verdict } from './judge.ts';
import { judgeHolds } from './judge-till.ts';
import type { Laboratory } from './laboratory.ts';
import { machinesOf, type Population, populate } from './population.ts';
import { drawScenario, type Scenario } from './scenario.ts';
import { installVirtualGlobals } from './world/virtual-globals.ts';
import { World } from './world/world.ts';

/** Which run: everything in it follows from this. */
export interface RunName {
  readonly seed: number;
  readonly run: number;
  readonly canary?: Canary | undefined;
  /** What takes place; absent: it is drawn. */
  readonly scenario?: ((random: Random) => Scenario) | undefined;
}

/** What one run came to. */
export interface RunResult extends Verdict {
  readonly world: World;
  readonly simulatedMs: number;
}

/** Simulated: for the work, for the end of everything begun, for messages still on their way. */
const WORK_MS = 3_600_000;
const RESOLVE_MS = 1_200_000;
const AFTERMATH_MS = 120_000;
const SHORT_AFTERMATH_MS = 4_000;
/** After this what was held and not taken is let go of. */
const HELD_MS = 8 * 86_400_000;
const SETTLE_MS = 10_000;

/** One run. */
export async function simulate(laboratory: Laboratory, name: RunName): Promise<RunResult> {
  const { server } = laboratory;
  const random = createRandom(name.seed, name.run);
  const scenario = (name.scenario ?? drawScenario)(random);
  const world = new World(random, scenario.faults, name.canary);
  const startMs = world.scheduler.nowMs;
  await server.clear();
  const restore = installVirtualGlobals(world.scheduler, random);
  let population: Population | undefined;
  try {
    population = await populate(world, laboratory, scenario);
    await live(world, server, population);
    await spoilStore(world, server);
    const { tills, messengers: books } = population;
    const verdict = await judge(world, server, { tills, books });
    return { ...verdict, world, simulatedMs: world.scheduler.nowMs - startMs };
  } finally {
    restore();
    for (const { disk } of population?.tills ?? []) await disk.remove();
  }
}

/** The work with its faults, then the calm in which everything must come to its end. */
async function live(world: World, server: DatabaseServer, population: Population): Promise<void> {
  const { host, tills, messengers } = population;
  const machines = machinesOf(population);
  host.start();
  for (const machine of machines) machine.start();
  for (const { cashier } of tills) cashier.work();
  const isWorkDone = async () =>
    tills.every(({ cashier }) => cashier.isDone) && messengers.every(({ book }) => book.isDone);
  await passTime(world, WORK_MS, isWorkDone);
  world.calm();
  for (const { disk } of tills) disk.fullUntilMs = 0;
  for (const machine of machines) machine.restart();
  await passTime(world, RESOLVE_MS, () => isResolved(server, population));
  const isLong = world.happened.has('delay');
  await passTime(world, isLong ? AFTERMATH_MS : SHORT_AFTERMATH_MS, async () => false);
  for (const { office } of tills) office.closeForGood();
  await passTime(world, RESOLVE_MS, async () => tills.every(({ office }) => office.isClosed));
  await judgeHolds(world, server, tills);
  await judgeMemory(world, server, host);
  host.clockAheadMs = HELD_MS;
  world.note('host: a week later');
  await passTime(world, SETTLE_MS, async () => false);
  for (const machine of machines) machine.stop();
  host.stop();
  await passTime(world, 1_000, async () => false);
}

const ASK_EVERY_MS = 1_000;

/**
 * Lets events happen until `isEnough`, asked once a simulated second, or until time is up. It keeps
 * to times of its own: other events may be there or not, as idle connections of the database have
 * them.
 */
async function passTime(
  { scheduler }: World,
  mostMs: number,
  isEnough: () => Promise<boolean>,
): Promise<void> {
  const endMs = scheduler.nowMs + mostMs;
  for (let nextMs = scheduler.nowMs; scheduler.nowMs < endMs; ) {
    nextMs = Math.min(nextMs + ASK_EVERY_MS, endMs);
    let isThere = false;
    scheduler.after(nextMs - scheduler.nowMs, () => {
      isThere = true;
    });
    while (!isThere) await scheduler.step();
    if (await isEnough()) return;
  }
}

async function isResolved(
  { db }: DatabaseServer,
  { host, tills, messengers }: Population,
): Promise<boolean> {
  // One that crashed just before the calm has still to start, and to let go of what it holds.
  if (!host.isUp) return false;
  if (!messengers.every(({ book }) => book.isDone)) return false;
  for (const { disk } of tills) {
    const open = await disk.journal.open();
    if (!open.ok || open.value.length > 0) return false;
  }
  const undecided = await db
    .selectFrom('transactions')
    .select('stan')
    .where('state', 'in', ['unknown', 'reversal-due', 'disputed'])
    .execute();
  return undecided.length === 0;
}

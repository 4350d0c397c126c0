import type { Canary } from './canaries.ts';
import { Laboratory } from './laboratory.ts';
import { HELP, listAll, type Options, readOptions } from './options.ts';
import { type RunResult, simulate } from './run.ts';
import type { SmallName } from './scenario.ts';
import { Summary } from './summary.ts';
import { findPlaces, type Place, simulatePlace } from './sweep.ts';
import { FAULTS, type Fault } from './world/faults.ts';

/** A run that is to be made, and what makes it alone. */
interface Task {
  readonly again: string;
  readonly perform: () => Promise<RunResult>;
}

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${HELP}`);
    return 2;
  }
  if (options.help) return say(HELP);
  if (options.list) return say(listAll());
  if (!options.json) say(`seed ${options.seed}\n`);
  const laboratory = await Laboratory.open();
  try {
    return await performAll(laboratory, options);
  } finally {
    await laboratory.close();
  }
}

async function performAll(laboratory: Laboratory, options: Options): Promise<number> {
  const { seed, json, canary } = options;
  const summary = new Summary();
  const progress = new Progress();
  const isAlone = options.run !== undefined || options.place !== undefined;
  let again = '';
  let isStopped = false;
  process.once('SIGINT', () => {
    isStopped = true;
  });
  process.once('uncaughtException', (cause: unknown) => {
    const what = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    say(describe(again, [`something was thrown and not caught: ${what}`]));
    void laboratory.close().finally(() => process.exit(1));
  });
  for await (const task of tasks(laboratory, options)) {
    if (isStopped) break;
    again = task.again;
    const result = await task.perform();
    summary.add(result);
    if (isAlone && !json) say(`${result.world.trace.join('\n')}\n`);
    const found = [...result.world.violations];
    if (options.twice) found.push(...differences(result, await task.perform()));
    if (found.length > 0) {
      summary.found({ what: found, again });
      progress.clear();
      if (!json) say(describe(again, found));
      if (canary) break;
    }
    progress.tell(summary);
  }
  progress.clear();
  say(json ? `${JSON.stringify({ seed, ...summary.json() })}\n` : summary.text());
  return summary.findings.length > 0 ? 1 : 0;
}

/** All that is to be run, one after the other. */
async function* tasks(laboratory: Laboratory, options: Options): AsyncGenerator<Task> {
  const { seed, run, runs, canary, place, fault } = options;
  const planted = canary ? ` --canary ${canary}` : '';
  if (place) {
    const all = await findPlaces(laboratory, seed, place.scenario, [place.fault]);
    for (const each of all) if (each.nth === place.nth) yield sweepTask(laboratory, each, canary);
    return;
  }
  if (options.sweep) {
    const faults = fault ? [fault] : (Object.keys(FAULTS) as Fault[]);
    for (const scenario of ['sale', 'day', 'messages'] satisfies SmallName[]) {
      const places = await findPlaces(laboratory, seed, scenario, faults);
      for (const each of places) yield sweepTask(laboratory, each, canary);
    }
    return;
  }
  const first = run ?? 0;
  for (let next = first; next < first + (run === undefined ? runs : 1); next++) {
    yield {
      again: `--seed ${seed} --run ${next}${planted}`,
      perform: () => simulate(laboratory, { seed, run: next, canary }),
    };
  }
}

function sweepTask(laboratory: Laboratory, place: Place, canary: Canary | undefined): Task {
  const { seed, scenario, fault, nth } = place;
  const planted = canary ? ` --canary ${canary}` : '';
  return {
    again: `--seed ${seed} --place ${scenario}:${fault}:${nth}${planted}`,
    perform: () => simulatePlace(laboratory, place, canary),
  };
}

/** Where two runs of the same name were not the same. */
function differences(first: RunResult, second: RunResult): readonly string[] {
  if (first.world.digest === second.world.digest) return [];
  const at = first.world.trace.findIndex((line, index) => line !== second.world.trace[index]);
  return [`run again it was another: ${first.world.trace[at]} | ${second.world.trace[at]}`];
}

function describe(again: string, found: readonly string[]): string {
  const lines = found.map((what) => `FOUND  ${what}\n`);
  return `${lines.join('')}  again   npm run simulate -- ${again}\n`;
}

const TELL_EVERY_MS = 10_000;

/** Says on standard error how far it is: on a terminal all the time, elsewhere now and then. */
class Progress {
  readonly #isTerminal = process.stderr.isTTY === true;
  #toldAtMs = performance.now();

  tell({ runs, findings }: Summary): void {
    const text = `${runs} runs, ${findings.length} found something`;
    if (this.#isTerminal) process.stderr.write(`\r${text} \u001b[K`);
    if (this.#isTerminal || performance.now() - this.#toldAtMs < TELL_EVERY_MS) return;
    this.#toldAtMs = performance.now();
    process.stderr.write(`${text}\n`);
  }

  clear(): void {
    if (this.#isTerminal) process.stderr.write('\r\u001b[K');
  }
}

function say(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));

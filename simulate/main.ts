import { parseArgs } from 'node:util';
import { CANARIES, isCanary } from './canaries.ts';
import { DatabaseServer } from './host/database-server.ts';
import { openSetting, type RunResult, simulate } from './run.ts';
import { Summary } from './summary.ts';
import { FAULTS } from './world/faults.ts';

const HELP = `Runs terminals and the host through seeded faults and holds them against each other.

  npm run simulate -- --runs 1000
  npm run simulate -- --seed 7 --run 12            one run again
  npm run simulate -- --seed 7 --run 12 --trace    with everything that happened in it
  npm run simulate -- --canary line-denies-sending a planted bug, which must be found

  --runs N      how many (default 100)
  --seed S      where to begin (default: by the clock; always printed)
  --run N       only this run of the seed
  --twice       every run twice: both must be the same in all that happens
  --trace       print what happened, a line each
  --canary C    plant a bug, and stop at the first run that finds it
  --list        the faults and the bugs that can be planted
  --help        this text

A run has one to three terminals, their customers and the acquirer host on a real PostgreSQL of its
own; time, network, disks and crashes are simulated. Whatever is found is printed with what makes
it again. Exit code: 0 nothing was found, 1 something was, 2 wrong options.
`;

type Options = Exclude<ReturnType<typeof readOptions>, string>;

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${HELP}`);
    return 2;
  }
  if (options.help) return say(HELP);
  if (options.list) return say(list());
  say(`seed ${options.seed}\n`);
  const server = await DatabaseServer.start();
  try {
    return await runAll(server, options);
  } finally {
    await server.stop();
  }
}

async function runAll(server: DatabaseServer, options: Options): Promise<number> {
  const { seed, run: first = 0, runs, twice, trace, canary } = options;
  const setting = { ...(await openSetting(server)), ...(canary && { canary }) };
  const summary = new Summary();
  const last = options.run === undefined ? first + runs : first + 1;
  let isStopped = false;
  let run = first;
  process.once('SIGINT', () => {
    isStopped = true;
  });
  process.once('uncaughtException', (cause: unknown) => {
    const what = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    say(describe(seed, run, [`something was thrown and not caught: ${what}`]));
    void server.stop().finally(() => process.exit(1));
  });
  for (; run < last && !isStopped; run++) {
    const result = await simulate(setting, seed, run);
    if (trace) say(`${result.world.trace.join('\n')}\n`);
    const found = [...result.violations];
    if (twice) found.push(...differences(result, await simulate(setting, seed, run)));
    summary.add(result, found);
    if (found.length > 0) say(describe(seed, run, found));
    if (found.length > 0 && canary) break;
    if (process.stderr.isTTY) process.stderr.write(`\r${run + 1 - first} runs \u001b[K`);
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  say(summary.text());
  return summary.findings > 0 ? 1 : 0;
}

/** Where two runs of the same seed were not the same. */
function differences(first: RunResult, second: RunResult): readonly string[] {
  if (first.world.digest === second.world.digest) return [];
  const at = first.world.trace.findIndex((line, index) => line !== second.world.trace[index]);
  return [`run again it was another: ${first.world.trace[at]} | ${second.world.trace[at]}`];
}

function describe(seed: number, run: number, found: readonly string[]): string {
  const again = `  again   npm run simulate -- --seed ${seed} --run ${run} --trace\n`;
  return `${found.map((what) => `FOUND  ${what}\n`).join('')}${again}`;
}

function list(): string {
  const rows = (entries: Readonly<Record<string, string>>) =>
    Object.entries(entries).map(([name, what]) => `  ${name.padEnd(28)}${what}\n`);
  return ['Faults\n', ...rows(FAULTS), 'Bugs to plant\n', ...rows(CANARIES)].join('');
}

function say(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

/** The options, or a sentence that says what is wrong with them. */
function readOptions(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        runs: { type: 'string', default: '100' },
        seed: { type: 'string' },
        run: { type: 'string' },
        canary: { type: 'string' },
        twice: { type: 'boolean', default: false },
        trace: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { runs, seed, run, canary, ...flags } = values;
    const whole = [runs, seed, run].every((n) => n === undefined || /^\d{1,9}$/.test(n));
    if (!whole) return '--runs, --seed and --run take whole numbers.';
    if (canary !== undefined && !isCanary(canary)) return `No such bug, see --list: ${canary}.`;
    return {
      ...flags,
      runs: Number(runs),
      seed: Number(seed ?? Date.now() % 2 ** 29),
      run: run === undefined ? undefined : Number(run),
      canary,
    };
  } catch (error) {
    return error instanceof Error ? error.message : 'The options cannot be read.';
  }
}

process.exitCode = await main(process.argv.slice(2));

import { parseArgs } from 'node:util';
import { CANARIES, type Canary, isCanary } from './canaries.ts';
import { SMALL, type SmallName } from './scenario.ts';
import { FAULTS, type Fault, isFault } from './world/faults.ts';

/** What `--help` says. */
export const HELP = `Runs terminals and the host through seeded faults, and compares them after.

  npm run simulate -- --runs 1000
  npm run simulate -- --seed 7 --run 12            one run again, and its story
  npm run simulate -- --sweep                      one fault at every place there is
  npm run simulate -- --seed 7 --place sale:terminal-crash:9
                                                   one of these again, and its story
  npm run simulate -- --canary line-denies-sending a planted bug, which must be found

  --runs N      how many (default 100)
  --seed S      where to begin (default: by the clock; always printed)
  --run N       only this run of the seed; tells all that happened in it
  --sweep       one sale, and one series of messages, again and again: each time with one fault
                at the next place where it could happen
  --fault F     of the sweep, this fault only
  --place P     of the sweep, this place only: SCENARIO:FAULT:NTH
  --twice       every run twice: both must be the same in all that happens
  --canary C    plant a bug, and stop at the first run that finds it
  --json        one object of what it came to, on standard output
  --list        the faults and the bugs that can be planted
  --help        this text

A run has one to four terminals, their customers and the acquirer host on a real PostgreSQL of its
own; time, network, disks and crashes are simulated: docs/SIMULATION.md. Whatever is found is
printed with what makes it again. Exit code: 0 nothing was found, 1 something was, 2 wrong options.
`;

/** One place of a sweep. */
export interface PlaceOption {
  readonly scenario: SmallName;
  readonly fault: Fault;
  readonly nth: number;
}

/** What was asked for on the command line. */
export interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly run?: number;
  readonly sweep: boolean;
  readonly fault?: Fault;
  readonly place?: PlaceOption;
  readonly twice: boolean;
  readonly canary?: Canary;
  readonly json: boolean;
  readonly list: boolean;
  readonly help: boolean;
}

/** The options, or a sentence that says what is wrong with them. */
export function readOptions(argv: readonly string[]): Options | string {
  try {
    return check(parse(argv));
  } catch (error) {
    return error instanceof Error ? error.message : 'The options cannot be read.';
  }
}

/** The faults and the bugs that can be planted, a line each. */
export function listAll(): string {
  const rows = (entries: Readonly<Record<string, string>>) =>
    Object.entries(entries).map(([name, what]) => `  ${name.padEnd(30)}${what}\n`);
  return ['Faults\n', ...rows(FAULTS), 'Bugs to plant\n', ...rows(CANARIES)].join('');
}

function parse(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: {
      runs: { type: 'string', default: '100' },
      seed: { type: 'string' },
      run: { type: 'string' },
      sweep: { type: 'boolean', default: false },
      fault: { type: 'string' },
      place: { type: 'string' },
      twice: { type: 'boolean', default: false },
      canary: { type: 'string' },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

const MOST_SEEDS = 2 ** 29;

function check({ runs, seed, run, fault, place, canary, ...flags }: ReturnType<typeof parse>) {
  if (![runs, seed, run].every((number) => number === undefined || /^\d{1,9}$/.test(number))) {
    return '--runs, --seed and --run take whole numbers.';
  }
  if (canary !== undefined && !isCanary(canary)) return `No such bug, see --list: ${canary}.`;
  if (fault !== undefined && !isFault(fault)) return `No such fault, see --list: ${fault}.`;
  const found = place === undefined ? undefined : placeOf(place);
  if (place !== undefined && !found) return `Not SCENARIO:FAULT:NTH: ${place}.`;
  if (found && seed === undefined) return '--place needs the --seed it was found with.';
  return {
    ...flags,
    runs: Number(runs),
    seed: Number(seed ?? Date.now() % MOST_SEEDS),
    ...(run !== undefined && { run: Number(run) }),
    ...(fault !== undefined && { fault }),
    ...(found && { place: found }),
    ...(canary !== undefined && { canary }),
  };
}

function placeOf(place: string): PlaceOption | undefined {
  const [scenario = '', fault = '', nth = '', ...more] = place.split(':');
  const isKnown = Object.hasOwn(SMALL, scenario) && isFault(fault);
  if (!isKnown || !/^[1-9]\d{0,6}$/.test(nth) || more.length > 0) return undefined;
  return { scenario: scenario as SmallName, fault, nth: Number(nth) };
}

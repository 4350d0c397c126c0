import { parseArgs } from 'node:util';
import { encodeHex } from '#kernel/bytes/hex.ts';
import type { Finding } from './engine.ts';
import { fuzzTarget } from './fuzz-target.ts';
import { FUZZ_TARGETS, findTarget } from './registry.ts';
import { smoke } from './smoke.ts';
import type { FuzzTarget } from './target.ts';

const HELP = `Feeds damaged input to whatever takes input from outside, and checks what must hold.

  npm run fuzz -- --list
  npm run fuzz -- tlv-decode --seconds 60
  npm run fuzz -- tlv-decode --seed 7 --run 1234     one run again
  npm run fuzz -- --smoke                            every target for a short while

  --seconds N   how long (default 10)
  --seed S      where to begin (default: by the clock; always printed)
  --run N       only this run of the seed
  --list        the targets
  --smoke       all targets, 2,000 runs each, and the canaries, which must be found
  --help        this text

A finding is made as small as it can be and printed with what makes it again. Exit code: 0 nothing
was found, 1 something was, 2 wrong options.
`;

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${HELP}`);
    return 2;
  }
  if (options.values.help) return say(HELP);
  if (options.values.list) return say(list());
  const seed = Number(options.values.seed ?? Date.now() % 2 ** 31);
  if (options.values.smoke) return smoke(seed, (line) => say(`${line}\n`));
  const { target, run, seconds } = options;
  if (!target) return 2;
  const isWatched = process.stderr.isTTY;
  say(`${target.name}, seed ${seed}\n`);
  const end = await fuzzTarget(target, {
    seed,
    ...(run === undefined ? { seconds } : { firstRun: run, runs: 1 }),
    onSecond: (perSecond, runs) => {
      if (isWatched) process.stderr.write(`\r${runs} runs, ${perSecond}/s \u001b[K`);
    },
  });
  if (isWatched) process.stderr.write('\r\u001b[K');
  if (!end.finding) return say(`${end.runs} runs, nothing found\n`);
  say(describeFinding(target, end.finding));
  return 1;
}

/** Says what was found and how to make it again. */
function describeFinding(target: FuzzTarget, finding: Finding): string {
  const { what, seed, run, minimised } = finding;
  const text = new TextDecoder().decode(minimised).replaceAll(/\p{C}/gu, '?');
  return [
    `FOUND  ${target.name}  ${what}`,
    `  again   npm run fuzz -- ${target.name} --seed ${seed} --run ${run}`,
    `  input   ${encodeHex(minimised)} (${minimised.length} of ${finding.input.length} bytes)`,
    ...(target.json ? [`  text    ${text}`] : []),
    '',
  ].join('\n');
}

function list(): string {
  const width = Math.max(...FUZZ_TARGETS.map(({ name }) => name.length));
  return FUZZ_TARGETS.map((t) => `${t.name.padEnd(width)}  ${t.summary}\n`).join('');
}

function say(text: string): 0 {
  process.stdout.write(text);
  return 0;
}

/** The options, or a sentence that says what is wrong with them. */
function readOptions(argv: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        seconds: { type: 'string', default: '10' },
        seed: { type: 'string' },
        run: { type: 'string' },
        list: { type: 'boolean' },
        smoke: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    const isAlone = values.help || values.list || values.smoke;
    const [name] = positionals;
    const target = name === undefined ? undefined : findTarget(name);
    if (!target && !isAlone) return `Name a target, see --list${name ? `: not ${name}` : ''}.`;
    const seconds = Number(values.seconds);
    if (!(seconds > 0)) return '--seconds takes a number of seconds.';
    const whole = [values.seed, values.run].every((n) => n === undefined || /^\d{1,9}$/.test(n));
    if (!whole) return '--seed and --run take whole numbers.';
    const run = values.run === undefined ? undefined : Number(values.run);
    return { values, target, seconds, run };
  } catch (error) {
    return error instanceof Error ? error.message : 'The options cannot be read.';
  }
}

process.exitCode = await main(process.argv.slice(2));

import {
  type ConfigurationDifference,
  diffConfigurations,
} from '#kernel/emv/configuration/diff-configurations.ts';
import {
  type EmvConfigurationError,
  readEmvConfiguration,
  type UsableConfiguration,
} from '#terminal/config/emv-configuration.ts';
import { type Command, type Console, commandGroup, UsageError } from '../command.ts';
import { readOptions } from '../read-options.ts';

const CHECK_HELP = `Says whether a terminal may use a configuration, and every fault in it.

  tessera emv config check emv.json
  tessera emv config check emv.json --date 2026-01-15 --json

  --date DAY  the day that keys must not be expired on (default: today)
  --json      {"usable", "faults": [{"kind", "path"}], "summary"}
  --help      this text
`;

const check: Command = {
  name: 'check',
  summary: 'say whether a terminal may use it',
  help: CHECK_HELP,
  async run(args, console) {
    const { values, positionals } = readOptions(args, {
      date: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const [file] = oneOrTwo(positionals, 1);
    const read = await readEmvConfiguration(file, dayOf(values.date));
    if (!read.ok) return tellFaults(file, read.error, values.json, console);
    const summary = summaryOf(read.value);
    if (values.json) console.out(`${JSON.stringify({ usable: true, faults: [], summary })}\n`);
    else console.out(`${file} may be used.\n${lines(summary)}`);
    return 0;
  },
};

const DIFF_HELP = `Says what changes for a terminal that goes from one configuration to another.

  tessera emv config diff old.json new.json

  --date DAY  the day that keys must not be expired on (default: today)
  --json      {"differences": [{"what", "before", "after", "meanings"}]}
  --help      this text
`;

const diff: Command = {
  name: 'diff',
  summary: 'say what changes from one to another',
  help: DIFF_HELP,
  async run(args, console) {
    const { values, positionals } = readOptions(args, {
      date: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const [before, after] = oneOrTwo(positionals, 2);
    const day = dayOf(values.date);
    const [old, now] = [
      await readEmvConfiguration(before, day),
      await readEmvConfiguration(after, day),
    ];
    if (!old.ok) return tellFaults(before, old.error, values.json, console);
    if (!now.ok) return tellFaults(after, now.error, values.json, console);
    const differences = diffConfigurations(old.value.configuration, now.value.configuration);
    if (values.json) console.out(`${JSON.stringify({ differences: differences.map(jsonOf) })}\n`);
    else if (differences.length === 0) console.out('Nothing changes.\n');
    else console.out(differences.map(told).join(''));
    return 0;
  },
};

/** `tessera emv config …` */
export const emvConfig: Command = commandGroup(
  'config',
  'configurations of the kernels',
  'tessera emv config diff old.json new.json',
  [check, diff],
);

function oneOrTwo(positionals: readonly string[], count: 1 | 2): readonly [string, string] {
  const [first, second = ''] = positionals;
  if (first === undefined || positionals.length !== count) {
    throw new UsageError(count === 1 ? 'Name one file.' : 'Name two files.');
  }
  return [first, second];
}

function dayOf(given: string | undefined): string {
  if (given === undefined) return new Date().toISOString().slice(0, 10);
  if (/^\d{4}-\d{2}-\d{2}$/.test(given)) return given;
  throw new UsageError(`--date takes a day such as 2026-01-15, not ${given}.`);
}

function tellFaults(
  file: string,
  faults: readonly EmvConfigurationError[],
  json: boolean,
  console: Console,
): 1 {
  if (json) {
    console.out(`${JSON.stringify({ usable: false, faults })}\n`);
    return 1;
  }
  const list = faults.map(({ kind, path }) => `  ${path === '' ? 'the file' : path}: ${kind}\n`);
  console.err(`${file} may not be used.\n${list.join('')}`);
  return 1;
}

type Summary = Readonly<Record<string, string | number>>;

function summaryOf({ configuration, caKeys }: UsableConfiguration): Summary {
  const { mode, version, combinations, revokedCertificates } = configuration;
  const kernels = [...new Set(combinations.map(({ kernelId }) => kernelId))].sort((a, b) => a - b);
  return {
    mode,
    version,
    combinations: combinations.length,
    kernels: kernels.join(', '),
    'CA public keys': caKeys.length,
    'revoked certificates': revokedCertificates.length,
  };
}

function lines(summary: Summary): string {
  return Object.entries(summary)
    .map(([name, value]) => `  ${name}: ${value}\n`)
    .join('');
}

function told({ what, before, after, meanings }: ConfigurationDifference): string {
  const change =
    before === undefined
      ? `new: ${after}`
      : after === undefined
        ? `gone (was ${before})`
        : `${before} → ${after}`;
  return `${what}\n  ${change}\n${meanings.map((one) => `  ${one}\n`).join('')}`;
}

function jsonOf({ what, before, after, meanings }: ConfigurationDifference) {
  return { what, before: before ?? null, after: after ?? null, meanings };
}

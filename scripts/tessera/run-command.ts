import { certify } from './certify.ts';
import { cloud } from './cloud-command.ts';
import { type Command, type Console, commandGroup, UsageError } from './command.ts';
import { emv } from './emv.ts';
import { iso8583 } from './iso8583.ts';
import { keys } from './keys.ts';
import { reportKey } from './report-keys.ts';
import { score } from './score-command.ts';
import { tlv } from './tlv.ts';
import { verifyReport } from './verify-report.ts';

const COMMANDS: readonly Command[] = [
  certify,
  verifyReport,
  reportKey,
  tlv,
  iso8583,
  emv,
  keys,
  score,
  cloud,
];

const TESSERA = commandGroup(
  'tessera',
  'Tools of the payment kernel for acquirers and integrators.',
  'npm run -s tessera -- certify --vectors pack/',
  COMMANDS,
);

/** Runs what the arguments ask for; gives the exit code. */
export async function runCommand(args: readonly string[], console: Console): Promise<number> {
  try {
    return await TESSERA.run(args, console);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.err(`${error.message}\nSee --help.\n`);
    return 2;
  }
}

import {
  addEvidence,
  type DisputeRefusal,
  type ListedDispute,
  listDisputes,
  openDispute,
  ruleDispute,
} from '#cloud/disputes/disputes.ts';
import type { Result } from '#kernel/bytes/result.ts';
import { type Command, type Console, commandGroup, UsageError } from '../command.ts';
import { readText } from '../read-input.ts';
import { readOptions } from '../read-options.ts';
import { PLACE_HELP } from './cloud-place.ts';
import { ACT_HELP, ACT_OPTIONS, CLOUD_OPTIONS, withCloud } from './open-cloud.ts';
import { amountText, refuseAct, tableText, writeReport } from './report.ts';

const disputesList: Command = {
  name: 'list',
  summary: 'all disputes, the latest first',
  help: `Lists disputes, the latest first.

  tessera cloud disputes list --open

  --open               only what was not ruled on
${PLACE_HELP}
  --json               {"disputes": [{"terminalId", "disputeId", "stan", "transmittedAt",
                       "reasonCode", "state", "amountMinor", "currency", "openedAt", "ruledAt"}]}
  --help               this text
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...CLOUD_OPTIONS,
      open: { type: 'boolean', default: false },
    });
    const all = await withCloud(values, ({ db }) => listDisputes(db));
    const disputes = values.open ? all.filter(({ state }) => state === 'open') : all;
    const text = disputes.length === 0 ? 'There is none.\n' : disputesText(disputes);
    writeReport({ disputes }, text, values.json, console);
    return 0;
  },
};

function disputesText(disputes: readonly ListedDispute[]): string {
  const head = ['terminal', 'dispute', 'STAN', 'of', 'reason', 'state', 'opened', 'amount'];
  const rows = disputes.map((each) => [
    ...[each.terminalId, each.disputeId, each.stan, each.transmittedAt],
    ...[each.reasonCode, each.state, each.openedAt.toISOString().slice(0, 10)],
    amountText(each.amountMinor, each.currency),
  ]);
  return tableText([head, ...rows], 7);
}

const NAME_OPTIONS = {
  ...ACT_OPTIONS,
  terminal: { type: 'string' },
  id: { type: 'string' },
} as const;

const NAME_HELP = `  --terminal ID        DE 41
  --id ID              the issuer's name for the dispute`;

const DONE_HELP = `${ACT_HELP}
  --json               {"terminalId", "disputeId", "state"}
  --help               this text

Exit code 1 when it is refused.
`;

function readName(values: {
  readonly terminal?: string | undefined;
  readonly id?: string | undefined;
}) {
  const { terminal: terminalId = '', id: disputeId = '' } = values;
  if (!/^[\x21-\x7e]{8}$/.test(terminalId)) throw new UsageError('Give --terminal, DE 41.');
  if (!/^[\x21-\x7e]{1,64}$/.test(disputeId)) throw new UsageError('Give --id.');
  return { terminalId, disputeId };
}

/** Tells what became of it. */
function tell(
  done: Result<true, DisputeRefusal>,
  report: { readonly terminalId: string; readonly disputeId: string; readonly state: string },
  json: boolean,
  console: Console,
): number {
  if (!done.ok) return refuseAct(done.error, `Refused: ${WHY[done.error]}.`, json, console);
  writeReport(report, `Dispute ${report.disputeId} is ${report.state}.\n`, json, console);
  return 0;
}

const WHY: Readonly<Record<DisputeRefusal, string>> = {
  'no-such-payment': 'there is no such payment',
  'no-such-dispute': 'there is no such dispute',
  'id-in-use': 'the dispute of this name is over another payment',
  ruled: 'it was ruled on already',
  'no-such-transition': 'nothing of the payment is there to dispute',
  'wrong-actor': 'that is not for the command line to do',
  'bad-amount': 'the payment has not that amount',
  'too-late': 'it is too late for that',
};

const disputesOpen: Command = {
  name: 'open',
  summary: 'open one over all that is left of a payment',
  help: `Opens a dispute over all that is left of a payment, and sets that aside of what the
merchant has.

  tessera cloud disputes open --terminal 10000001 --stan 000042 --at 0704120000 --id D1
    --reason 10.4

${NAME_HELP}
  --stan N             DE 11 of the payment, six digits
  --at MMDDhhmmss      DE 7 of the payment
  --reason CODE        the scheme's code
${DONE_HELP}`,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...NAME_OPTIONS,
      stan: { type: 'string' },
      at: { type: 'string' },
      reason: { type: 'string' },
    });
    const { terminalId, disputeId } = readName(values);
    const { stan, at: transmittedAt, reason: reasonCode } = values;
    if (stan === undefined || transmittedAt === undefined || reasonCode === undefined)
      throw new UsageError('Give --stan, --at and --reason.');
    const dispute = { disputeId, payment: { terminalId, stan, transmittedAt }, reasonCode };
    const done = await withCloud(values, ({ db }) => openDispute(db, dispute, new Date()));
    return tell(done, { terminalId, disputeId, state: 'open' }, values.json, console);
  },
};

const disputesEvidence: Command = {
  name: 'evidence',
  summary: 'add what the merchant answers with',
  help: `Adds evidence to an open dispute; its SHA-256 goes into the audit log. It must hold no card
data.

  tessera cloud disputes evidence --terminal 10000001 --id D1 --kind receipt @receipt.txt

${NAME_HELP}
  --kind WORD          for example receipt or delivery-note
  TEXT                 the evidence: as it is, as @FILE, or as - for standard input
${DONE_HELP}`,
  async run(args, console) {
    const { values, positionals } = readOptions(args, {
      ...NAME_OPTIONS,
      kind: { type: 'string' },
    });
    const name = readName(values);
    const { kind } = values;
    if (kind === undefined) throw new UsageError('Give --kind.');
    if (positionals.length > 1) throw new UsageError('Evidence is one text.');
    const content = readText(positionals[0], console);
    const done = await withCloud(values, ({ db }) =>
      addEvidence(db, name, { kind, content }, new Date()),
    );
    return tell(done, { ...name, state: 'open' }, values.json, console);
  },
};

function rulingCommand(
  name: string,
  ruling: 'won' | 'lost',
  summary: string,
  help: string,
): Command {
  return {
    name,
    summary,
    help: `${help}

  tessera cloud disputes ${name} --terminal 10000001 --id D1

${NAME_HELP}
${DONE_HELP}`,
    async run(args, console) {
      const { values } = readOptions(args, NAME_OPTIONS);
      const named = readName(values);
      const done = await withCloud(values, ({ db }) => ruleDispute(db, named, ruling, new Date()));
      return tell(done, { ...named, state: ruling }, values.json, console);
    },
  };
}

/** `tessera cloud disputes …` */
export const disputes: Command = commandGroup(
  'disputes',
  'what cardholders deny',
  'tessera cloud disputes list --open',
  [
    disputesList,
    disputesOpen,
    disputesEvidence,
    rulingCommand(
      'accept',
      'lost',
      'the merchant accepts it: the cardholder has the money back',
      'Ends a dispute as lost: what was set aside goes back to the cardholder.',
    ),
    rulingCommand(
      'win',
      'won',
      'it was ruled for the merchant',
      'Ends a dispute as won: what was set aside goes back to the merchant.',
    ),
  ],
);

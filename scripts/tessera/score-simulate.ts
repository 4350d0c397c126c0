import { type Simulation, simulateScorer } from '#cloud/scoring/history.ts';
import { type Command, UsageError } from './command.ts';
import { readOptions } from './read-options.ts';
import { HISTORY_HELP, HISTORY_OPTIONS, readHistory, readScorerFiles } from './score-history.ts';
import { refuseFile } from './score-input.ts';

const HELP = `Replays history by new rules and says what would change, before they go live.

  tessera score simulate-rules --rules new.json --history history.jsonl

  --rules FILE         the new rules
  --against FILE       the present rules; the default ones unless given
  --model FILE         a model that scores beside the new rules
  --against-model FILE and beside the present ones
  --json               {"payments", "frauds", "changes", "before", "after", "reasons"}
  --help               this text

${HISTORY_HELP}
A payment is passed, asked for a verification it did not have (step-up), or refused.
`;

/** `tessera score simulate-rules` */
export const scoreSimulateRules: Command = {
  name: 'simulate-rules',
  summary: 'say what new rules would change in the past',
  help: HELP,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...HISTORY_OPTIONS,
      rules: { type: 'string' },
      against: { type: 'string' },
      model: { type: 'string' },
      'against-model': { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    if (values.rules === undefined) throw new UsageError('Give --rules FILE.json.');
    const after = readScorerFiles(values.rules, values.model);
    if (!after.ok) return refuseFile(after.error, values.json, console);
    const before = readScorerFiles(values.against, values['against-model']);
    if (!before.ok) return refuseFile(before.error, values.json, console);
    const history = await readHistory(values);
    if (!history.ok) return refuseFile(history.error, values.json, console);
    const simulation = simulateScorer(before.value, after.value, history.value);
    console.out(values.json ? `${JSON.stringify(simulation)}\n` : text(simulation));
    return 0;
  },
};

function text({ payments, frauds, changes, before, after, reasons }: Simulation): string {
  const changed = Object.entries(changes).map(
    ([change, count]) => `  ${change}: ${count.payments} (${count.frauds} frauds)\n`,
  );
  const fates = (['passed', 'step-up', 'refused'] as const).map(
    (fate) => `  ${fate}: ${before[fate]} before, ${after[fate]} after\n`,
  );
  const codes = Object.entries(reasons)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, count]) => `  ${code}: ${count.before} before, ${count.after} after\n`);
  return [
    `${payments} payments, ${frauds} of them known to be fraud.\n`,
    ...fates,
    changed.length > 0 ? 'What changes:\n' : 'Nothing changes.\n',
    ...changed,
    ...(codes.length > 0 ? ['Reasons:\n', ...codes] : []),
  ].join('');
}

import { readScorers } from '#cloud/scoring/scorer-files.ts';
import { putInForce } from '#cloud/scoring/scorers-in-force.ts';
import type { Command } from './command.ts';
import { readOptions } from './read-options.ts';
import { withDatabase } from './score-history.ts';

/** `tessera score put-in-force` */
export const scorePutInForce: Command = {
  name: 'put-in-force',
  summary: 'have all running nodes decide by other rules and models',
  help: `Puts rules and models in force: every node on the database goes over to them within about
a second, and starts with them from then on, whatever --rules and --model say.

  tessera score put-in-force --rules new.json --database-url postgresql://localhost/tessera

  --rules FILE         the rules to decide by; the default ones unless given
  --model FILE         a model of tessera score train-live; none unless given
  --challenger-rules FILE, --challenger-model FILE
                       scored and logged beside them; they decide nothing
  --database-url URL   the database of a cloud (also: TESSERA_DATABASE_URL)
  --help               this text

Exit code 1 when a file is refused, or they are in force already. Try them first with
tessera score simulate-rules.
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      rules: { type: 'string' },
      model: { type: 'string' },
      'challenger-rules': { type: 'string' },
      'challenger-model': { type: 'string' },
      'database-url': { type: 'string' },
    });
    const { rules, model } = values;
    const challengerRules = values['challenger-rules'];
    const challengerModel = values['challenger-model'];
    const scorers = await readScorers({
      ...(rules !== undefined && { rules }),
      ...(model !== undefined && { model }),
      ...(challengerRules !== undefined && { challengerRules }),
      ...(challengerModel !== undefined && { challengerModel }),
    });
    if (!scorers.ok) {
      console.err(`${scorers.error}.\n`);
      return 1;
    }
    const isNew = await withDatabase(values['database-url'], (db) =>
      putInForce(db, scorers.value, new Date()),
    );
    if (isNew) console.out(`In force: rules ${scorers.value.deciding.rulesDigest}.\n`);
    else console.err('They are in force already.\n');
    return isNew ? 0 : 1;
  },
};

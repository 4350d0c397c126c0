import { listUnknowns } from '#cloud/acquirer/list-unknowns.ts';
import type { Command } from '../command.ts';
import { readOptions } from '../read-options.ts';
import { PLACE_HELP } from './cloud-place.ts';
import { CLOUD_OPTIONS, withCloud } from './open-cloud.ts';
import { amountText, tableText, writeReport } from './report.ts';

/** `tessera cloud unknowns` */
export const unknowns: Command = {
  name: 'unknowns',
  summary: 'payments of which nobody knows yet how they ended',
  help: `Lists payments whose issuer was asked and has not answered, the oldest first. A running
cloud ends them within seconds; one that stays is worth a look.

  tessera cloud unknowns

${PLACE_HELP}
  --json               {"unknowns": [{"terminalId", "stan", "transmittedAt", "merchantId", "state",
                       "amountMinor", "currency", "receivedAt"}]}
  --help               this text

Exit code 1 when there is one.
`,
  async run(args, console) {
    const { values } = readOptions(args, CLOUD_OPTIONS);
    const found = await withCloud(values, ({ db }) => listUnknowns(db));
    const rows = found.map((each) => [
      ...[each.terminalId, each.stan, each.transmittedAt, each.state],
      ...[each.receivedAt.toISOString(), amountText(each.amountMinor, each.currency)],
    ]);
    const head = ['terminal', 'STAN', 'of', 'state', 'received', 'amount'];
    const text = rows.length === 0 ? 'There is none.\n' : tableText([head, ...rows], 5);
    writeReport({ unknowns: found }, text, values.json, console);
    return found.length === 0 ? 0 : 1;
  },
};

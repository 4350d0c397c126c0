import { setMerchantFee } from '#cloud/settlement/merchant-fees.ts';
import { listPayouts, type Payout, payOut } from '#cloud/settlement/payouts.ts';
import { type Command, commandGroup, UsageError } from '../command.ts';
import { readOptions } from '../read-options.ts';
import { parseCount } from '../score-input.ts';
import { PLACE_HELP } from './cloud-place.ts';
import { ACT_HELP, ACT_OPTIONS, CLOUD_OPTIONS, withCloud } from './open-cloud.ts';
import { amountText, tableText, writeReport } from './report.ts';

const JSON_HELP = `  --json               {"payouts": [{"merchantId", "terminalId", "currency",
                       "batchNumber", "grossMinor", "feeMinor", "withheldMinor",
                       "amountMinor", "paidAt", "matchedAt"}]}
  --help               this text`;

const payoutRun: Command = {
  name: 'run',
  summary: 'pay out every closed batch that was not',
  help: `Pays out every closed batch that was not paid out: books the fee, withholds what disputes
took, and puts the rest on its way to the merchant. What the parts mean is in docs/SETTLEMENT.md.

  tessera cloud payout run

  --merchant ID        only this merchant (DE 42)
${ACT_HELP}
${JSON_HELP}
`,
  async run(args, console) {
    const { values } = readOptions(args, { ...ACT_OPTIONS, merchant: { type: 'string' } });
    const merchant = values.merchant === undefined ? {} : { merchantId: values.merchant };
    const payouts = await withCloud(values, ({ db }) =>
      payOut(db, { now: new Date(), ...merchant }),
    );
    const text = payouts.length === 0 ? 'There is nothing to pay out.\n' : payoutsText(payouts);
    writeReport({ payouts }, text, values.json, console);
    return 0;
  },
};

const payoutList: Command = {
  name: 'list',
  summary: 'what was paid out, and what of it the bank has confirmed',
  help: `Lists what was paid out, the latest first, and what of it the bank's file has confirmed.

  tessera cloud payout list --open

  --open               only what the bank has not confirmed
${PLACE_HELP}
${JSON_HELP}
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...CLOUD_OPTIONS,
      open: { type: 'boolean', default: false },
    });
    const all = await withCloud(values, ({ db }) => listPayouts(db));
    const payouts = values.open ? all.filter(({ matchedAt }) => matchedAt === null) : all;
    const text = payouts.length === 0 ? 'There is none.\n' : payoutsText(payouts);
    writeReport({ payouts }, text, values.json, console);
    return 0;
  },
};

function payoutsText(payouts: readonly Payout[]): string {
  const head = ['merchant', 'terminal', 'batch', 'bank', 'gross', 'fee', 'withheld', 'paid'];
  const rows = payouts.map((payout) => [
    payout.merchantId,
    payout.terminalId,
    `${payout.batchNumber}`,
    payout.matchedAt === null ? 'open' : 'paid',
    ...[payout.grossMinor, payout.feeMinor, payout.withheldMinor, payout.amountMinor].map((minor) =>
      amountText(minor, payout.currency),
    ),
  ]);
  return tableText([head, ...rows], 4);
}

const payoutFee: Command = {
  name: 'fee',
  summary: 'set what a merchant pays from the next payout on',
  help: `Sets what a merchant pays in a currency from the next payout on.

  tessera cloud payout fee --merchant TESSERA00000001 --currency 978 --basis-points 125 --fixed 10

  --merchant ID        DE 42
  --currency N         ISO 4217, three digits
  --basis-points N     of what was sold, in ten thousandths: 0 to 10000
  --fixed N            for each purchase, in minor units
${ACT_HELP}
  --json               {"merchantId", "currency", "basisPoints", "fixedMinor"}
  --help               this text
`,
  async run(args, console) {
    const { values } = readOptions(args, {
      ...ACT_OPTIONS,
      merchant: { type: 'string' },
      currency: { type: 'string' },
      'basis-points': { type: 'string', default: '0' },
      fixed: { type: 'string', default: '0' },
    });
    const { merchant: merchantId = '', currency = '' } = values;
    if (!/^[\x21-\x7e]{15}$/.test(merchantId)) throw new UsageError('Give --merchant, DE 42.');
    if (!/^\d{3}$/.test(currency)) throw new UsageError('Give --currency, three digits.');
    const basisPoints = parseCount(values['basis-points'], '--basis-points', 10_000);
    const fixedMinor = BigInt(parseCount(values.fixed, '--fixed', 1_000_000_000));
    const fee = { basisPoints, fixedMinor };
    await withCloud(values, ({ db }) =>
      setMerchantFee(db, { merchantId, currency }, fee, new Date()),
    );
    const fixed = amountText(fixedMinor, currency);
    const text = `${basisPoints / 100} % and ${fixed} for each purchase.\n`;
    writeReport({ merchantId, currency, ...fee }, text, values.json, console);
    return 0;
  },
};

/** `tessera cloud payout …` */
export const payout: Command = commandGroup(
  'payout',
  'what merchants are paid',
  'tessera cloud payout run',
  [payoutRun, payoutList, payoutFee],
);

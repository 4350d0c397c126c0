import path from 'node:path';
import { parseArgs } from 'node:util';
import { type DemoOrder, demoSale } from './demo/demo-sale.ts';
import { withDemoShop } from './demo/demo-shop.ts';
import { tellHotelStory } from './demo/hotel-story.ts';
import { demoJson } from './demo/json.ts';
import { tellStory } from './demo/story.ts';

const HELP = `One sale from the basket to the receipt, in this window; or a day at a hotel.

  npm run demo
  npm run demo -- --story hotel
  npm run demo -- --amount 14.30 --decline
  npm run -s demo -- --json

  --amount A      the basket comes to this amount, for example 14.30 (default: what is in it)
  --decline       pay with a wearable without money
  --timeout       the host never answers: shows the reversal
  --story hotel   hold, complete, refund, call off, close the day: what goes to the host for it
  --capture FILE  keep the payment as a test vector for tessera certify, sensitive data replaced
  --json          one JSON object: outcome, amountMinor, currency, apdus, messages, score, timingsMs
  --help          this text

Exit code: 0 when the outcome was the one asked for, 1 when it was not, 2 for wrong options.
`;

async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${HELP}`);
    return 2;
  }
  if (!options) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.story) return hotelDay();
  const result = await withDemoShop(say, (shop) => demoSale(options.order, shop));
  if (!result.ok) {
    process.stderr.write(`${result.error}\n`);
    return 1;
  }
  process.stdout.write(
    options.json ? `${JSON.stringify(demoJson(result.value))}\n` : tellStory(result.value),
  );
  return result.value.outcome === options.order.expected ? 0 : 1;
}

async function hotelDay(): Promise<number> {
  const tell = (line: string) => void process.stdout.write(`${line}\n`);
  const day = await withDemoShop(say, (shop) => tellHotelStory(shop, tell));
  if (!day.ok) process.stderr.write(`${day.error}\n`);
  return day.ok && day.value.state === 'closed' ? 0 : 1;
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

interface DemoOptions {
  readonly order: DemoOrder;
  readonly json: boolean;
  readonly story?: 'hotel';
}

/**
 * The options, a sentence that says what is wrong with them, or nothing when help was asked for.
 */
function readOptions(argv: readonly string[]): DemoOptions | string | undefined {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        amount: { type: 'string' },
        decline: { type: 'boolean', default: false },
        timeout: { type: 'boolean', default: false },
        story: { type: 'string' },
        capture: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return undefined;
    if (values.decline && values.timeout) return 'Ask for --decline or --timeout, not both.';
    if (values.story !== undefined && values.story !== 'hotel') {
      return `--story takes hotel, not ${values.story}.`;
    }
    const amountMinor = values.amount === undefined ? undefined : parseAmount(values.amount);
    if (values.amount !== undefined && amountMinor === undefined) {
      return `--amount takes an amount such as 14.30, up to 9999.99, not ${values.amount}.`;
    }
    const wanted = values.decline ? DECLINE : values.timeout ? TIMEOUT : APPROVE;
    return {
      order: {
        ...wanted,
        ...(amountMinor !== undefined && { amountMinor }),
        ...(values.capture !== undefined && {
          captureFile: path.resolve(process.env['INIT_CWD'] ?? '', values.capture),
        }),
      },
      json: values.json,
      ...(values.story && { story: values.story }),
    };
  } catch (error) {
    return error instanceof Error ? error.message : 'The options cannot be read.';
  }
}

const APPROVE: DemoOrder = { wearableId: 'everyday', expected: 'approved' };
const DECLINE: DemoOrder = { wearableId: 'empty', expected: 'declined' };
const TIMEOUT: DemoOrder = { wearableId: 'silent', expected: 'reversed' };

function parseAmount(text: string): bigint | undefined {
  const parts = /^(\d{1,4})(?:\.(\d{2}))?$/.exec(text);
  if (!parts) return undefined;
  const amountMinor = BigInt(`${parts[1]}${parts[2] ?? '00'}`);
  return amountMinor > 0n ? amountMinor : undefined;
}

process.exitCode = await main(process.argv.slice(2));

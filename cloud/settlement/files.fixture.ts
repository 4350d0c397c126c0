import { entryOf, notificationOf, type Part, statementOf } from './camt.fixture.ts';
import { payoutReference } from './camt-file.ts';
import type { BankLine, CountedBatch } from './compare.ts';

const CURRENCIES: Readonly<Record<string, { readonly letters: string; readonly digits: number }>> =
  {
    '392': { letters: 'JPY', digits: 0 },
    '414': { letters: 'KWD', digits: 3 },
    '840': { letters: 'USD', digits: 2 },
    '978': { letters: 'EUR', digits: 2 },
  };

/** A bank's CSV with these lines. */
export function writeCsv(lines: readonly BankLine[]): string {
  const isDated = lines.some(({ bookedOn }) => bookedOn !== undefined);
  const rows = lines.map(({ terminalId, batchNumber, currency, netMinor, bookedOn }) => {
    const [direction, amount] = signOf(netMinor);
    const columns = [terminalId, batchNumber, currency, direction, amount];
    return (isDated ? [...columns, bookedOn] : columns).join(',');
  });
  const header = `terminal,batch,currency,direction,amount${isDated ? ',booked' : ''}`;
  return [header, ...rows].join('\n');
}

/** How a bank writes its statement. */
export interface CamtManner {
  readonly isNotification: boolean;
  /** Lines of one currency and day that stand together are booked as one sum. */
  readonly isLumped: boolean;
  /** What is not ours stands between. */
  readonly isNoisy: boolean;
}

/** A statement or a notification with these lines. */
export function writeCamt(lines: readonly BankLine[], manner: CamtManner): string {
  const groups: BankLine[][] = [];
  for (const line of lines) {
    const last = groups.at(-1);
    const [other] = last ?? [];
    const isSame = line.currency === other?.currency && line.bookedOn === other.bookedOn;
    if (manner.isLumped && isSame) last?.push(line);
    else groups.push([line]);
  }
  const entries = groups.map((group) => {
    const sum = group.reduce((all, { netMinor }) => all + netMinor, 0n);
    const currency = group[0]?.currency ?? '';
    const { bookedOn } = group[0] ?? {};
    const parts = group.map((line): Part => {
      const reference = payoutReference(line.terminalId, line.batchNumber);
      return { reference, ...moneyOf(line.netMinor, currency) };
    });
    const letters = CURRENCIES[currency]?.letters ?? '';
    const day = bookedOn === undefined ? {} : { bookedOn };
    return entryOf({ ...moneyOf(sum, currency), currency: letters, parts, ...day });
  });
  const noise = [
    entryOf({ reference: 'RENT-11', amount: '1200', direction: 'DBIT' }),
    entryOf({ reference: 'TESSERA-1-1', amount: '3.99', direction: 'CRDT' }),
    entryOf({ amount: '5', direction: 'CRDT', status: '<Cd>PDNG</Cd>' }),
    entryOf({ amount: '8', direction: 'CRDT', parts: [{ amount: '1' }, {}] }),
  ];
  const all = manner.isNoisy ? entries.flatMap((each, i) => [each, noise[i % 4]]) : entries;
  return manner.isNotification ? notificationOf(all.join('\n')) : statementOf(all.join('\n'));
}

/** A terminal's file with the transactions of these batches. */
export function writeTerminalFile(batches: readonly CountedBatch[]): string {
  const rows = batches.flatMap(({ terminalId, batchNumber, currency, transactions = [] }) =>
    transactions.map(({ stan, transmittedAt, direction, amountMinor }) =>
      [terminalId, batchNumber, currency, stan, transmittedAt, direction, amountMinor].join(','),
    ),
  );
  return ['terminal,batch,currency,stan,transmitted,direction,amount', ...rows].join('\n');
}

function moneyOf(netMinor: bigint, currency: string): Part {
  const [direction, amount] = signOf(netMinor);
  const digits = CURRENCIES[currency]?.digits ?? 0;
  const padded = amount.padStart(digits + 1, '0');
  const point = padded.length - digits;
  const text = digits === 0 ? padded : `${padded.slice(0, point)}.${padded.slice(point)}`;
  return { amount: text, direction };
}

function signOf(netMinor: bigint): readonly [direction: string, amount: string] {
  return netMinor < 0n ? ['DBIT', `${-netMinor}`] : ['CRDT', `${netMinor}`];
}

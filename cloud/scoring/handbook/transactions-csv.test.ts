import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTransactionsCsv } from './transactions-csv.ts';

const HEADER = 'TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD';
const parse = (text: string) => parseTransactionsCsv(new TextEncoder().encode(text));

describe('a file', () => {
  test('is sorted by time and remembers its rows', () => {
    const parsed = parse(
      `${HEADER}\n0,2018-04-02 00:00:31,596,3156,57.16,0\n` +
        '1,2018-04-01T06:00:00.5,4961,3156,81.5,1\n',
    );
    if (!parsed.ok) throw new Error(parsed.error.kind);
    const { transactions, fileRow } = parsed.value;
    const day = Date.UTC(2018, 3, 1) / 1000;
    expect([...transactions.seconds]).toEqual([day + 21_600.5, day + 86_431]);
    expect([...transactions.amount]).toEqual([81.5, 57.16]);
    expect([...transactions.fraud]).toEqual([1, 0]);
    expect([...transactions.customer]).toEqual([1, 0]);
    expect([...transactions.terminal]).toEqual([0, 0]);
    expect(transactions).toMatchObject({ customerCount: 2, terminalCount: 1 });
    expect([...fileRow]).toEqual([1, 0]);
  });

  test('may have a mark, quotes, carriage returns, other columns and empty lines', () => {
    const parsed = parse(
      '\ufeffNOTE,TX_FRAUD,TX_AMOUNT,TERMINAL_ID,"CUSTOMER_ID",TX_DATETIME\r\n' +
        '"a ""b"",\nc",0,1e1,"T,1",é,2018-04-01 00:00:00\r\n\r\n' +
        ',1,2,"T,1",e,2018-04-01 00:00:01',
    );
    if (!parsed.ok) throw new Error(parsed.error.kind);
    const { transactions } = parsed.value;
    expect([...transactions.amount]).toEqual([10, 2]);
    expect(transactions).toMatchObject({ customerCount: 2, terminalCount: 1 });
  });

  test('may have no rows', () => {
    expect(parse(`${HEADER}\n`)).toMatchObject({ ok: true });
  });
});

describe('a fault is told with its place', () => {
  const good = '0,2018-04-01 00:00:31,596,3156,57.16,0';
  const row = (text: string): string => `${HEADER}\n${good}\n${text}\n`;
  test.each([
    ['', 'empty', '', 1, 1],
    ['a,b\n', 'missing-column', 'TX_DATETIME', 1, 1],
    [`${HEADER},TX_FRAUD\n`, 'repeated-column', 'TX_FRAUD', 1, 71],
    [row('1,2018-04-31 00:00:31,5,3,5,0'), 'bad-time', 'TX_DATETIME', 3, 3],
    [row('1,2018-04-01 24:00:31,5,3,5,0'), 'bad-time', 'TX_DATETIME', 3, 3],
    [row('1,2018-04-01 00:00:31Z,5,3,5,0'), 'bad-time', 'TX_DATETIME', 3, 3],
    [row('1,2018-04-01,5,3,5,0'), 'bad-time', 'TX_DATETIME', 3, 3],
    [row('1,2018-04-01 00:00:31,,3,5,0'), 'no-value', 'CUSTOMER_ID', 3, 23],
    [row('1,2018-04-01 00:00:31,5,,5,0'), 'no-value', 'TERMINAL_ID', 3, 25],
    [row('1,2018-04-01 00:00:31,5,3,-5,0'), 'bad-amount', 'TX_AMOUNT', 3, 27],
    [row('1,2018-04-01 00:00:31,5,3,,0'), 'bad-amount', 'TX_AMOUNT', 3, 27],
    [row('1,2018-04-01 00:00:31,5,3,0x5,0'), 'bad-amount', 'TX_AMOUNT', 3, 27],
    [row('1,2018-04-01 00:00:31,5,3,1e999,0'), 'bad-amount', 'TX_AMOUNT', 3, 27],
    [row('1,2018-04-01 00:00:31,5,3,5,2'), 'bad-label', 'TX_FRAUD', 3, 29],
    [row('1,2018-04-01 00:00:31,5,3,5'), 'field-count', '', 3, 28],
    [row('1,2018-04-01 00:00:31,5,3,5,0,9'), 'field-count', '', 3, 31],
    [row('"1,2018-04-01 00:00:31,5,3,5,0'), 'bad-quote', '', 3, 1],
    [row('"1"2,2018-04-01 00:00:31,5,3,5,0'), 'bad-quote', '', 3, 1],
    [row('"\n\n1",2018-04-01 00:00:31,5,3,5,0\nx'), 'field-count', '', 6, 2],
  ])('%j', (text, kind, path, line, column) => {
    const parsed = parse(text);
    if (parsed.ok) throw new Error('it was taken');
    expect(parsed.error).toMatchObject({ kind, path, line, column });
    const lines = text.split('\n').slice(0, line - 1);
    const before = lines.reduce((sum, one) => sum + one.length + 1, 0);
    expect(parsed.error.offset).toBe(before + column - 1);
  });
});

test('arbitrary bytes never throw, nor do damaged files', () => {
  const file = Buffer.from(`${HEADER}\n0,2018-04-01 00:00:31,"596",3156,57.16,0\r\n`);
  fc.assert(
    fc.property(fc.uint8Array(), fc.nat(file.length), fc.nat(file.length), (bytes, from, to) => {
      parseTransactionsCsv(bytes);
      const damaged = Buffer.concat([file.subarray(0, from), bytes, file.subarray(to)]);
      const parsed = parseTransactionsCsv(damaged);
      if (!parsed.ok) expect(parsed.error.offset).toBeLessThanOrEqual(damaged.length);
    }),
    { numRuns: 500 },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectOk } from '#kernel/bytes/result.ts';
import { parseTerminalFile, withTransactions } from './terminal-file.ts';

const HEADER = 'terminal,batch,currency,stan,transmitted,direction,amount';
const FIRST = '10000001,1,978,000001,0704120000,debit,1430';

test('transactions are read by batch', () => {
  const text = `${HEADER}\r\n${FIRST}\r\n10000001,1,978,000002,0704120001,credit,30\r\n`;
  const batches = [...expectOk(parseTerminalFile(text)).values()];
  expect(batches).toEqual([
    {
      ...{ terminalId: '10000001', batchNumber: 1, currency: '978' },
      transactions: [
        { stan: '000001', transmittedAt: '0704120000', direction: 'debit', amountMinor: 1_430n },
        { stan: '000002', transmittedAt: '0704120001', direction: 'credit', amountMinor: 30n },
      ],
    },
  ]);
});

test('a batch between those of the file is empty at the terminal, others are not known', () => {
  const text = `${HEADER}\n${FIRST}\n${FIRST.replace(',1,', ',3,')}`;
  const totals = { debits: 1, debitsMinor: 1_430n, credits: 0, creditsMinor: 0n };
  const name = { terminalId: '10000001', currency: '978', totals };
  const counted = [2, 4].map((batchNumber) => ({ ...name, batchNumber }));
  const found = withTransactions(counted, expectOk(parseTerminalFile(text)));
  expect(found.map(({ batchNumber, transactions }) => [batchNumber, transactions?.length])).toEqual(
    [
      [2, 0],
      [4, undefined],
      [1, 1],
      [3, 1],
    ],
  );
});

test.each([
  ['', 'bad-header', '1'],
  [`${HEADER},x`, 'bad-header', '1'],
  [`${HEADER}\n`, undefined, ''],
  [`${HEADER}\n\n`, 'bad-columns', '2'],
  [`${HEADER}\n${FIRST},1`, 'bad-columns', '2'],
  [`${HEADER}\n${FIRST.slice(1)}`, 'bad-value', '2'],
  [`${HEADER}\n${FIRST.replace('debit', 'DBIT')}`, 'bad-value', '2'],
  [`${HEADER}\n${FIRST}\n${FIRST}.0`, 'bad-value', '3'],
  [`${HEADER}\n${FIRST.replace('000001', '1')}`, 'bad-value', '2'],
])('%j', (text, kind, path) => {
  const read = parseTerminalFile(text);
  if (kind === undefined) expect(read.ok).toBe(true);
  else expect(read).toEqual({ ok: false, error: { kind, path, offset: 0 } });
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (text, headed) => {
      expect(() => parseTerminalFile(headed ? `${HEADER}\n${text}` : text)).not.toThrow();
    }),
  );
});

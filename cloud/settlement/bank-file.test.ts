import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseBankFile } from './bank-file.ts';

const HEADER = 'terminal,batch,currency,direction,amount';

test('lines are read with their sign and where they stand', () => {
  const text = `${HEADER}\r\n10000001,1,978,CRDT,1430\r\n10000001,2,978,DBIT,200\r\n`;
  expect(parseBankFile(text)).toEqual({
    ok: true,
    value: [
      { terminalId: '10000001', batchNumber: 1, currency: '978', netMinor: 1_430n, line: 2 },
      { terminalId: '10000001', batchNumber: 2, currency: '978', netMinor: -200n, line: 3 },
    ],
  });
  expect(parseBankFile(HEADER)).toEqual({ ok: true, value: [] });
});

test.each([
  ['', 'bad-header', '1'],
  ['terminal,batch', 'bad-header', '1'],
  [`${HEADER}\n10000001,1,978,CRDT`, 'bad-columns', '2'],
  [`${HEADER}\n10000001,1,978,CRDT,1,2`, 'bad-columns', '2'],
  [`${HEADER}\n\n`, 'bad-columns', '2'],
  [`${HEADER}\n10000001,0,978,CRDT,1`, 'bad-value', '2'],
  [`${HEADER}\n10000001,1,97,CRDT,1`, 'bad-value', '2'],
  [`${HEADER}\n10000001,1,978,crdt,1`, 'bad-value', '2'],
  [`${HEADER}\n10000001,1,978,CRDT,-1`, 'bad-value', '2'],
  [`${HEADER}\n10000001,1,978,CRDT,1\n1000000,1,978,CRDT,1`, 'bad-value', '3'],
])('%j is refused', (text, kind, path) => {
  expect(parseBankFile(text)).toEqual({ ok: false, error: { kind, path, offset: 0 } });
});

test('no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.boolean(), (text, headed) => {
      expect(() => parseBankFile(headed ? `${HEADER}\n${text}` : text)).not.toThrow();
    }),
  );
});

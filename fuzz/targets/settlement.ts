import { readBankFile } from '#cloud/settlement/bank-file.ts';
import { entryOf, notificationOf, statementOf } from '#cloud/settlement/camt.fixture.ts';
import { writeCsv } from '#cloud/settlement/files.fixture.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { utf8 } from '../corpus.ts';
import { type FuzzTarget, mustHold } from '../target.ts';

const PAID = {
  ...{ reference: 'TESSERA-10000001-1', amount: '700.00', direction: 'CRDT' },
  ...{ bookedOn: '2026-11-27', bankReference: 'B1' },
};
const LUMPED = {
  ...{ amount: '4.00', direction: 'CRDT' },
  parts: [PAID, { reference: 'TESSERA-10000001-2', amount: '696', direction: 'DBIT' }],
};
const LINE = { terminalId: '10000001', currency: '978', line: 2 };

/** `readBankFile`: a camt.053, a camt.054, CSV. */
export const bankFile: FuzzTarget = {
  name: 'bank-file',
  summary: 'every file is read or refused without its content; what was read says the same as CSV',
  corpus: () =>
    [
      statementOf(entryOf(PAID) + entryOf(LUMPED)),
      notificationOf(entryOf({ ...PAID, currency: 'JPY', amount: '7' })),
      writeCsv([{ ...LINE, batchNumber: 1, netMinor: 5n }]),
      writeCsv([{ ...LINE, batchNumber: 2, netMinor: -7n, bookedOn: '2026-02-28' }]),
    ].map(utf8),
  run(input) {
    const read = readBankFile(input);
    if (!read.ok) {
      const { path, offset } = read.error;
      mustHold(offset >= 0 && offset <= input.length + 1, 'the offset lies within the file');
      mustHold(/^[A-Za-z\d/[\]?]*$/.test(path), 'the path is of names and numbers');
      mustHold(!/\d{8}/.test(path), 'the path holds nothing of the file');
      return;
    }
    // The CSV has no name of the bank's, and a day for all or for none.
    const lines = read.value.map(({ bankReference: _, bookedOn: __, ...line }) => line);
    const again = expectOk(readBankFile(utf8(writeCsv(lines))));
    const same = again.every((line, i) => line.netMinor === lines[i]?.netMinor);
    mustHold(same && again.length === lines.length, 'the same amounts as CSV');
  },
};

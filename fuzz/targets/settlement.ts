import { readBankFile } from '#cloud/settlement/bank-file.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { utf8 } from '../corpus.ts';
import { type FuzzTarget, mustHold } from '../target.ts';

const HEADER = 'terminal,batch,currency,direction,amount';

const part = (batch: number, amount: string, direction: string) =>
  `<TxDtls><Refs><EndToEndId>TESSERA-10000001-${batch}</EndToEndId></Refs>
  <Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd></TxDtls>`;

/** An entry of two payments that were booked as one sum. */
const ENTRY = `<Ntry><Amt Ccy="EUR">4.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-11-27</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef>
<NtryDtls>${part(1, '700.00', 'CRDT')}${part(2, '696', 'DBIT')}</NtryDtls></Ntry>`;

const document = (kind: string, message: string, statement: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${kind}.001.08"><${message}><${statement}>
${ENTRY}</${statement}></${message}></Document>`;

/** `readBankFile`: a camt.053, a camt.054, CSV. */
export const bankFile: FuzzTarget = {
  name: 'bank-file',
  summary: 'every file is read or refused without its content; what was read says the same as CSV',
  corpus: () =>
    [
      document('camt.053', 'BkToCstmrStmt', 'Stmt'),
      document('camt.054', 'BkToCstmrDbtCdtNtfctn', 'Ntfctn'),
      `${HEADER}\n10000001,1,978,CRDT,5`,
      `${HEADER},booked\r\n10000001,2,978,DBIT,7,2026-02-28\r\n`,
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
    const rows = read.value.map(({ terminalId, batchNumber, currency, netMinor }) => {
      const sides = netMinor < 0n ? ['DBIT', -netMinor] : ['CRDT', netMinor];
      return [terminalId, batchNumber, currency, ...sides].join(',');
    });
    const again = expectOk(readBankFile(utf8([HEADER, ...rows].join('\n'))));
    const isSame = again.every((line, i) => line.netMinor === read.value[i]?.netMinor);
    mustHold(isSame && again.length === rows.length, 'the same amounts as CSV');
  },
};

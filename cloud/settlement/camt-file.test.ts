import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readBankFile } from './bank-file.ts';
import {
  balanceOf,
  CAMT_053,
  type Entry,
  entryOf,
  notificationOf,
  partOf,
  statementOf,
} from './camt.fixture.ts';
import { parseCamt, payoutReference } from './camt-file.ts';
import { type BankLine, compare } from './compare.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = (content: string) => parseCamt(bytesOf(statementOf(content)));
const linesOf = (content: string): readonly BankLine[] => {
  const lines = read(content);
  if (!lines.ok) throw new Error(`${lines.error.kind} at ${lines.error.path}`);
  return lines.value;
};

const first = { reference: payoutReference('10000001', 1), amount: '700.00', direction: 'CRDT' };
const second = { reference: payoutReference('10000001', 2), amount: '2.5', direction: 'DBIT' };
const FIRST = { terminalId: '10000001', batchNumber: 1, currency: '978', netMinor: 70_000n };
const SECOND = { terminalId: '10000001', batchNumber: 2, currency: '978', netMinor: -250n };

describe('payments for batches', () => {
  test('are read with sign, minor units and line; other and pending entries are left out', () => {
    const fee = { amount: '4.99', direction: 'DBIT' };
    const pending = { ...first, status: '<Cd>PDNG</Cd>' };
    const lines = linesOf([first, fee, pending, second].map(entryOf).join('\n'));
    expect(lines).toMatchObject([FIRST, SECOND]);
    expect(lines.map(({ line }) => line)).toEqual([4, 13]);
  });

  test('of earlier versions, and of notifications, are read too', () => {
    const old = `<Ntry>${partOf(first)}<Sts>BOOK</Sts><NtryDtls><TxDtls><Refs><EndToEndId>${
      first.reference
    }</EndToEndId></Refs>
    <AmtDtls><TxAmt><Amt Ccy="EUR">700.00</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls></Ntry>`;
    const version2 = statementOf(old, CAMT_053.replace('08', '02'));
    expect(parseCamt(bytesOf(version2))).toMatchObject({ value: [FIRST] });
    const notification = notificationOf(old);
    expect(readBankFile(bytesOf(notification))).toMatchObject({ value: [FIRST] });
  });

  test('carry the day they were booked on and the name the bank has for them', () => {
    const named = { bookedOn: '2026-02-28', bankReference: 'B 1' };
    expect(linesOf(entryOf({ ...first, ...named }))).toMatchObject([{ ...FIRST, ...named }]);
    const moment = entryOf({ ...first, bookedOn: '2026-02-28' })
      .replace('<Dt>', '<DtTm>')
      .replace('</Dt>', 'T23:59:59+02:00</DtTm>');
    expect(linesOf(moment)).toMatchObject([{ bookedOn: '2026-02-28' }]);
  });

  test("are found beside entries that are nobody's, whatever those are made of", () => {
    const foreign = { amount: '9.00', direction: 'CRDT', parts: [{ amount: '1' }, {}] };
    expect(linesOf(entryOf(foreign) + entryOf(first))).toMatchObject([FIRST]);
  });

  test('that were booked as one sum are told apart', () => {
    const parts = [first, { ...second, direction: 'CRDT' }, { amount: '0.50', direction: 'DBIT' }];
    const sum = { amount: '702.00', direction: 'CRDT', parts };
    expect(linesOf(entryOf(sum))).toMatchObject([FIRST, { ...SECOND, netMinor: 250n }]);
  });

  test('are in the minor units of their currency', () => {
    const inYen = { ...first, amount: '700', currency: 'JPY' };
    const inDinar = { ...first, amount: '0.125', currency: 'KWD' };
    expect(linesOf(entryOf(inYen) + entryOf(inDinar))).toMatchObject([
      { currency: '392', netMinor: 700n },
      { currency: '414', netMinor: 125n },
    ]);
  });

  test('planted differences are found', () => {
    const totals = { debits: 1, debitsMinor: 70_000n, credits: 0, creditsMinor: 0n };
    const batch = { terminalId: '10000001', currency: '978', batchNumber: 1, totals };
    const found = (...entries: readonly Entry[]) =>
      compare({
        terminal: [batch],
        host: [batch],
        bank: linesOf(entries.map(entryOf).join('')),
      }).map(({ kind, differenceMinor }) => [kind, differenceMinor]);
    expect(found(first)).toEqual([]);
    expect(found()).toEqual([['not-paid', -70_000n]]);
    expect(found({ ...first, status: '<Cd>PDNG</Cd>' })).toEqual([['not-paid', -70_000n]]);
    expect(found({ ...first, amount: '700.01' })).toEqual([['paid-amount-differs', 1n]]);
    expect(found({ ...first, direction: 'DBIT' })).toEqual([['paid-amount-differs', -140_000n]]);
    expect(found(first, first)).toEqual([['paid-twice', 70_000n]]);
    expect(found(first, second)).toEqual([['paid-unknown', -250n]]);
    expect(found({ ...first, currency: 'USD' })).toEqual([
      ['not-paid', -70_000n],
      ['paid-unknown', 70_000n],
    ]);
  });
});

describe('a statement that contradicts itself is refused', () => {
  const STMT = 'BkToCstmrStmt/Stmt[1]';
  test.each([
    [entryOf({ ...first, amount: '-1' }), 'bad-value', `${STMT}/Ntry[1]/Amt`],
    [entryOf({ ...first, amount: '1.000001' }), 'bad-value', `${STMT}/Ntry[1]/Amt`],
    [entryOf({ ...first, amount: '1,00' }), 'bad-value', `${STMT}/Ntry[1]/Amt`],
    [entryOf({ ...first, amount: '1.001' }), 'bad-amount', `${STMT}/Ntry[1]/TxDtls[1]/Amt`],
    [entryOf({ ...first, currency: 'XTS' }), 'unknown-currency', `${STMT}/Ntry[1]/TxDtls[1]`],
    [entryOf({ ...first, currency: 'eur' }), 'bad-value', `${STMT}/Ntry[1]/Amt`],
    [entryOf({ ...first, direction: 'crdt' }), 'bad-value', `${STMT}/Ntry[1]/CdtDbtInd`],
    [entryOf({ reference: 'x', amount: '1' }), 'missing-element', `${STMT}/Ntry[1]/CdtDbtInd`],
    [entryOf({ direction: 'CRDT' }), 'missing-element', `${STMT}/Ntry[1]/Amt`],
    [entryOf({ ...first, parts: [first, second] }), 'entry-sum-differs', `${STMT}/Ntry[1]`],
    [entryOf({ ...first, parts: [first, {}] }), 'missing-element', `${STMT}/Ntry[1]/TxDtls[2]/Amt`],
    [
      entryOf(first).replace('<Sts>', '<CdtDbtInd>DBIT</CdtDbtInd><Sts>'),
      'repeated-element',
      `${STMT}/Ntry/CdtDbtInd`,
    ],
    [
      entryOf(first).replace('</Refs>', '<EndToEndId>x</EndToEndId></Refs>'),
      'repeated-element',
      `${STMT}/Ntry/NtryDtls/TxDtls/Refs/EndToEndId`,
    ],
    [entryOf({ ...first, bookedOn: '2026-02-30' }), 'bad-value', `${STMT}/Ntry[1]/BookgDt`],
    [`${entryOf(first)}<Ntry></Ntry>`, 'missing-element', `${STMT}/Ntry[2]/Sts`],
    [
      balanceOf('OPBD', '10.00') + balanceOf('CLBD', '710.01') + entryOf(first),
      'balance-differs',
      STMT,
    ],
  ])('%#', (content, kind, path) => {
    expect(read(content)).toMatchObject({ ok: false, error: { kind, path } });
  });

  test('balances that agree are taken', () => {
    const content = balanceOf('OPBD', '10') + balanceOf('CLBD', '710.00') + entryOf(first);
    expect(read(content)).toMatchObject({ value: [FIRST] });
  });
});

describe('hostile XML is refused', () => {
  const fault = (text: string) => parseCamt(bytesOf(text));
  const good = statementOf(entryOf(first));
  test.each([
    ['', 'not-well-formed', ''],
    ['<a', 'not-well-formed', ''],
    ['<Document/>', 'not-a-statement', 'Document'],
    [good.replace(CAMT_053, 'urn:x'), 'not-a-statement', 'Document'],
    [good.replace('UTF-8', 'ISO-8859-1'), 'bad-encoding', ''],
    [good.replace('<Document', '<!DOCTYPE Document><Document'), 'doctype', ''],
    [
      good.replace('<Document', '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Document'),
      'doctype',
      '',
    ],
    [good.replace('700.00', '&xxe;'), 'not-well-formed', 'Document/BkToCstmrStmt/Stmt/Ntry/Amt'],
    [good.replace('</Ntry>', '</Entry>'), 'not-well-formed', 'Document/BkToCstmrStmt/Stmt'],
    [`${good}<more/>`, 'not-well-formed', ''],
    ['<a>'.repeat(33), 'too-deep', Array.from({ length: 32 }, () => 'a').join('/')],
    [`<a>${'x'.repeat(5_000)}</a>`, 'too-much-text', 'a'],
    [`<a>${'<a/>'.repeat(1_000_000)}</a>`, 'too-many-elements', 'a'],
    [`<P4111111111111111>&x;</P4111111111111111>`, 'not-well-formed', '?'],
    [statementOf('').replace(/<Stmt>.*<.Stmt>/s, ''), 'missing-element', 'BkToCstmrStmt/Stmt'],
  ])('%#', (text, kind, path) => {
    expect(fault(text)).toMatchObject({ ok: false, error: { kind, path } });
  });

  test('too large, or not UTF-8', () => {
    const large = new Uint8Array(32 * 1024 * 1024 + 1);
    expect(parseCamt(large)).toMatchObject({ error: { kind: 'too-large' } });
    expect(parseCamt(Uint8Array.of(0x3c, 0xff))).toMatchObject({ error: { kind: 'bad-encoding' } });
  });

  test('every truncation is refused, and no change makes it throw', () => {
    const bytes = bytesOf(good);
    for (let length = 0; length < bytes.length; length++) {
      expect(parseCamt(bytes.subarray(0, length)).ok).toBe(false);
    }
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        readBankFile(bytes.map((byte, i) => (i === at ? value : byte)));
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (any) => void parseCamt(any)));
  });
});

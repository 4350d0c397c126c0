import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { parseDay } from './bank-day.ts';
import type { BankLine } from './compare.ts';
import { CURRENCY_CODES } from './currency-codes.ts';
import { parseXml, type XmlElement, type XmlFault } from './xml-tree.ts';

/** Why a statement was refused; the path is that of the element, `Ntry[3]` the third. */
export type CamtFault =
  | XmlFault
  | Malformed<
      | 'not-a-statement'
      | 'missing-element'
      /** There are two where one is meant. */
      | 'repeated-element'
      | 'bad-value'
      | 'unknown-currency'
      /** More digits than the currency has. */
      | 'bad-amount'
      /** The parts of an entry do not come to it. */
      | 'entry-sum-differs'
      /** What was opened with and all entries do not come to what was closed with. */
      | 'balance-differs'
    >;

/**
 * Reads the payments for batches out of a merchant's account statement (camt.053) or notification
 * of credits and debits (camt.054) of ISO 20022, any version. A payment is one whose EndToEndId is
 * `TESSERA-` with terminal and batch number (`payoutReference`); all else on the account is left
 * out, and so is what is not booked. CRDT is paid to the merchant, also where RvslInd says that it
 * takes an earlier entry back. Source: ISO 20022, message definitions camt.053.001.02 to .13 and
 * camt.054.001.02 to .13.
 */
export function parseCamt(bytes: Uint8Array): Result<readonly BankLine[], CamtFault> {
  const parsed = parseXml(bytes);
  if (!parsed.ok) return parsed;
  const root = parsed.value;
  const form = FORMS.find(({ namespace }) => namespace.test(root.namespace));
  const message = form && childOf(root, form.message);
  if (root.name !== 'Document' || !form || !message)
    return malformed('not-a-statement', root.name, root.offset);
  const statements = childrenOf(message, form.statement);
  if (statements.length === 0)
    return malformed('missing-element', `${form.message}/${form.statement}`, message.offset);
  const lines: BankLine[] = [];
  for (const [i, statement] of statements.entries()) {
    const single = checkSingle(statement, `${form.message}/${form.statement}[${i + 1}]`);
    if (!single.ok) return single;
    const read = readStatement(statement, `${form.message}/${form.statement}[${i + 1}]`);
    if (!read.ok) return read;
    lines.push(...read.value);
  }
  return ok(lines);
}

/** What a payout for a batch carries as its end-to-end identification; at most 35 characters. */
export function payoutReference(terminalId: string, batchNumber: number): string {
  return `TESSERA-${terminalId}-${batchNumber}`;
}

/** A terminal's name has no comma, so that it can be written as CSV. */
const REFERENCE = /^TESSERA-([\x21-\x2b\x2d-\x7e]{8})-([1-9]\d{0,8})$/;

const FORMS = [
  {
    namespace: /^urn:iso:std:iso:20022:tech:xsd:camt\.053\.001\.\d\d$/,
    message: 'BkToCstmrStmt',
    statement: 'Stmt',
  },
  {
    namespace: /^urn:iso:std:iso:20022:tech:xsd:camt\.054\.001\.\d\d$/,
    message: 'BkToCstmrDbtCdtNtfctn',
    statement: 'Ntfctn',
  },
] as const;

type Read<T> = Result<T, CamtFault>;

function readStatement(statement: XmlElement, path: string): Read<readonly BankLine[]> {
  const lines: BankLine[] = [];
  const sums = new Map<string, bigint>();
  for (const [i, entry] of childrenOf(statement, 'Ntry').entries()) {
    const at = `${path}/Ntry[${i + 1}]`;
    const status = statusOf(entry);
    if (status === undefined) return malformed('missing-element', `${at}/Sts`, entry.offset);
    if (status !== 'BOOK') continue;
    const moved = readMoved(entry, at);
    if (!moved.ok) return moved;
    const { currency, signed } = moved.value;
    sums.set(currency, (sums.get(currency) ?? 0n) + signed);
    const payments = readEntry(entry, moved.value, at);
    if (!payments.ok) return payments;
    lines.push(...payments.value);
  }
  const balances = checkBalances(statement, sums, path);
  return balances.ok ? ok(lines) : balances;
}

/** What an entry or a part of one moves, in the hundred thousandth part of its currency. */
interface Moved {
  readonly signed: bigint;
  readonly currency: string;
  readonly direction: string;
}

/** ISO 20022: up to 18 digits, 5 of them behind the point. */
const AMOUNT = /^(\d{1,18})(?:\.(\d{1,5}))?$/;
const SCALE = 5;

/** `within` is the entry a part is of: it says what the part does not, the amount if it is all. */
function readMoved(
  element: XmlElement,
  path: string,
  within?: { readonly entry: Moved; readonly isAll: boolean },
): Read<Moved> {
  const indicator = childOf(element, 'CdtDbtInd');
  const direction = indicator?.text ?? within?.entry.direction;
  if (direction === undefined) return missing(element, path, 'CdtDbtInd');
  if (direction !== 'CRDT' && direction !== 'DBIT')
    return malformed('bad-value', `${path}/CdtDbtInd`, indicator?.offset ?? element.offset);
  const amount = childOf(element, 'Amt') ?? findIn(element, 'AmtDtls', 'TxAmt', 'Amt');
  if (!amount) return within?.isAll ? ok(within.entry) : missing(element, path, 'Amt');
  const digits = AMOUNT.exec(amount.text);
  const currency = amount.attributes.get('Ccy') ?? '';
  if (!digits || currency !== (within?.entry.currency ?? currency) || !/^[A-Z]{3}$/.test(currency))
    return malformed('bad-value', `${path}/Amt`, amount.offset);
  const scaled = BigInt(`${digits[1]}${(digits[2] ?? '').padEnd(SCALE, '0')}`);
  return ok({ signed: direction === 'CRDT' ? scaled : -scaled, currency, direction });
}

/**
 * The payments for batches in an entry, which may have been booked as one sum. An entry without one
 * is somebody else's: what it is made of does not matter.
 */
function readEntry(element: XmlElement, entry: Moved, path: string): Read<readonly BankLine[]> {
  const parts = childrenOf(element, 'NtryDtls').flatMap((details) => childrenOf(details, 'TxDtls'));
  if (!parts.some((part) => referenceOf(part))) return ok([]);
  const booked = readDay(element, path);
  if (!booked.ok) return booked;
  const lines: BankLine[] = [];
  let sum = 0n;
  for (const [i, part] of parts.entries()) {
    const at = `${path}/TxDtls[${i + 1}]`;
    const read = readMoved(part, at, { entry, isAll: parts.length === 1 });
    if (!read.ok) return read;
    sum += read.value.signed;
    const line = readPayment(part, read.value, at);
    if (!line.ok) return line;
    const given = bankReferenceOf(part, element);
    if (line.value) lines.push({ ...line.value, ...booked.value, ...given });
  }
  return sum === entry.signed ? ok(lines) : malformed('entry-sum-differs', path, element.offset);
}

function readPayment(part: XmlElement, moved: Moved, path: string): Read<BankLine | undefined> {
  const named = referenceOf(part);
  if (!named) return ok(undefined);
  const currency = CURRENCY_CODES.get(moved.currency);
  if (!currency) return malformed('unknown-currency', path, part.offset);
  const unit = 10n ** BigInt(SCALE - currency.exponent);
  if (moved.signed % unit !== 0n) return malformed('bad-amount', `${path}/Amt`, part.offset);
  return ok({
    terminalId: named[1] ?? '',
    batchNumber: Number(named[2]),
    currency: currency.numeric,
    netMinor: moved.signed / unit,
    line: part.line,
  });
}

function referenceOf(part: XmlElement): RegExpExecArray | null {
  return REFERENCE.exec(findIn(part, 'Refs', 'EndToEndId')?.text ?? '');
}

/** How the bank names it: in notification and statement the same. */
function bankReferenceOf(part: XmlElement, entry: XmlElement): Pick<BankLine, 'bankReference'> {
  const given = findIn(part, 'Refs', 'AcctSvcrRef') ?? childOf(entry, 'AcctSvcrRef');
  return given && BANK_REFERENCE.test(given.text) ? { bankReference: given.text } : {};
}

const BANK_REFERENCE = /^[\x20-\x7e]{1,35}$/;

/** The day on which it was booked, where the entry says so. */
function readDay(entry: XmlElement, path: string): Read<Pick<BankLine, 'bookedOn'>> {
  const day = findIn(entry, 'BookgDt', 'Dt') ?? findIn(entry, 'BookgDt', 'DtTm');
  if (!day) return ok({});
  const bookedOn = parseDay(day.text.slice(0, 10));
  return bookedOn ? ok({ bookedOn }) : malformed('bad-value', `${path}/BookgDt`, day.offset);
}

/** Where a statement says both, opening and entries must come to the closing. */
function checkBalances(
  statement: XmlElement,
  sums: ReadonlyMap<string, bigint>,
  path: string,
): Read<true> {
  const balances = new Map<string, bigint>();
  for (const [i, balance] of childrenOf(statement, 'Bal').entries()) {
    const code = findIn(balance, 'Tp', 'CdOrPrtry', 'Cd')?.text;
    if (code !== 'OPBD' && code !== 'PRCD' && code !== 'CLBD') continue;
    const read = readMoved(balance, `${path}/Bal[${i + 1}]`);
    if (!read.ok) return read;
    balances.set(`${code} ${read.value.currency}`, read.value.signed);
  }
  const currencies = new Set([...balances.keys()].map((name) => name.slice(5)));
  for (const currency of currencies) {
    const opening = balances.get(`OPBD ${currency}`) ?? balances.get(`PRCD ${currency}`);
    const closing = balances.get(`CLBD ${currency}`);
    if (opening === undefined || closing === undefined) continue;
    if (opening + (sums.get(currency) ?? 0n) !== closing)
      return malformed('balance-differs', path, statement.offset);
  }
  return ok(true);
}

/** What is read: the elements, and which of those in each there is one of at most. */
const SINGLE: ReadonlyMap<string, readonly string[]> = new Map([
  ['Ntry', ['Amt', 'CdtDbtInd', 'Sts', 'BookgDt', 'AcctSvcrRef']],
  ['Sts', ['Cd']],
  ['BookgDt', ['Dt', 'DtTm']],
  ['NtryDtls', []],
  ['TxDtls', ['Refs', 'Amt', 'CdtDbtInd', 'AmtDtls']],
  ['Refs', ['EndToEndId', 'AcctSvcrRef']],
  ['AmtDtls', ['TxAmt']],
  ['TxAmt', ['Amt']],
  ['Bal', ['Tp', 'Amt', 'CdtDbtInd']],
  ['Tp', ['CdOrPrtry']],
  ['CdOrPrtry', ['Cd']],
]);

/** Two amounts in one entry would be read differently by different readers. */
function checkSingle(element: XmlElement, path: string): Read<true> {
  for (const name of SINGLE.get(element.name) ?? []) {
    const [, second] = childrenOf(element, name);
    if (second) return malformed('repeated-element', `${path}/${name}`, second.offset);
  }
  for (const child of element.children) {
    if (!SINGLE.has(child.name)) continue;
    const single = checkSingle(child, `${path}/${child.name}`);
    if (!single.ok) return single;
  }
  return ok(true);
}

/** Until version 7 the code itself, since then an element in it. */
function statusOf(entry: XmlElement): string | undefined {
  const status = childOf(entry, 'Sts');
  return status && (childOf(status, 'Cd')?.text ?? status.text);
}

function missing(element: XmlElement, path: string, name: string): Read<never> {
  return malformed('missing-element', `${path}/${name}`, element.offset);
}

function childrenOf(element: XmlElement, name: string): readonly XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

function childOf(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((child) => child.name === name);
}

function findIn(element: XmlElement, ...names: readonly string[]): XmlElement | undefined {
  return names.reduce<XmlElement | undefined>((at, name) => at && childOf(at, name), element);
}

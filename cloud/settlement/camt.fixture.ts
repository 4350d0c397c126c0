/** A part of an entry: one payment of those that were booked as one sum. */
export interface Part {
  /** Its EndToEndId. */
  readonly reference?: string;
  readonly amount?: string;
  readonly direction?: string;
}

/** An entry of an account; what is left out is left out there. */
export interface Entry extends Part {
  readonly status?: string;
  readonly bookedOn?: string;
  readonly bankReference?: string;
  readonly currency?: string;
  readonly parts?: readonly Part[];
}

/** Amount and direction of an entry or a part. */
export function partOf({ amount, direction }: Part, currency = 'EUR'): string {
  return (
    (amount === undefined ? '' : `<Amt Ccy="${currency}">${amount}</Amt>`) +
    (direction === undefined ? '' : `<CdtDbtInd>${direction}</CdtDbtInd>`)
  );
}

/** The entry as camt.053.001.08 has it. */
export function entryOf(entry: Entry): string {
  const { status = '<Cd>BOOK</Cd>', bookedOn, bankReference, parts = [{}] } = entry;
  const details = parts.map((part) => {
    const reference = part.reference ?? entry.reference ?? 'NOTPROVIDED';
    return `<TxDtls><Refs><EndToEndId>${reference}
    </EndToEndId></Refs>${partOf(part, entry.currency)}</TxDtls>`;
  });
  const booked = bookedOn ? `<BookgDt><Dt>${bookedOn}</Dt></BookgDt>` : '';
  const named = bankReference ? `<AcctSvcrRef>${bankReference}</AcctSvcrRef>` : '';
  return `<Ntry>${partOf(entry, entry.currency)}
  <Sts>${status}</Sts>${booked}${named}<NtryDtls>${details.join('')}</NtryDtls></Ntry>`;
}

/** A balance of this code, for example `OPBD`. */
export function balanceOf(code: string, amount: string): string {
  return `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>
  ${partOf({ amount, direction: 'CRDT' })}</Bal>`;
}

export const CAMT_053 = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.08';

/** A message with one statement of this content. */
export function statementOf(content: string, namespace = CAMT_053): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="${namespace}"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id>
${content}</Stmt></BkToCstmrStmt></Document>`;
}

/** The same as a notification of credits and debits. */
export function notificationOf(content: string): string {
  return statementOf(content, CAMT_053.replace('053', '054'))
    .replaceAll('BkToCstmrStmt', 'BkToCstmrDbtCdtNtfctn')
    .replaceAll('Stmt>', 'Ntfctn>');
}

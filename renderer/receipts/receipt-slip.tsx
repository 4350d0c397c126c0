import type { Receipt } from '#bridge/terminal-api.ts';
import type { ShopFormat } from '../ui/money.ts';
import { words } from '../ui/words.ts';
import './receipt-slip.css';

/** One receipt as it would be printed. The card number comes masked and is shown as it comes. */
export function ReceiptSlip(props: { readonly receipt: Receipt; readonly format: ShopFormat }) {
  const { receipt, format } = props;
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    [words.receipts.date, format.dateTime(receipt.atMs)],
    [words.receipts.terminal, receipt.terminalId],
    [words.receipts.card, receipt.maskedPan],
    [words.receipts.application, receipt.applicationLabel],
    [words.receipts.aid, receipt.aid],
    [words.receipts.approvalCode, receipt.approvalCode],
    [words.receipts.reference, receipt.retrievalReference],
  ];
  return (
    <article className="slip" aria-label={words.receipts.title}>
      <header className="slip-merchant">
        <h3 className="slip-name">{receipt.merchantName}</h3>
        <p>{receipt.merchantAddress}</p>
      </header>
      <SlipLines receipt={receipt} format={format} />
      <dl className="slip-sums">
        <dt className="slip-total">{words.receipts.total}</dt>
        <dd className="slip-total">{format.money(receipt.amountMinor)}</dd>
        <dt>{words.receipts.tax}</dt>
        <dd>{format.amount(receipt.taxMinor)}</dd>
      </dl>
      <p className="slip-end" data-end={receipt.end}>
        {words.receipts.ends[receipt.end]}
      </p>
      <dl className="slip-facts">
        {facts.map(([name, value]) =>
          value === undefined || value === '' ? null : (
            <div key={name} className="slip-fact">
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {receipt.end === 'approved' && <p className="slip-thanks">{words.receipts.thanks}</p>}
    </article>
  );
}

function SlipLines({
  receipt,
  format,
}: {
  readonly receipt: Receipt;
  readonly format: ShopFormat;
}) {
  return (
    <ul className="slip-lines">
      {receipt.lines.map((line) => (
        <li key={line.lineId} className="slip-line">
          <span className="slip-line-name">{line.name}</span>
          <span className="slip-line-amount">
            {format.amount(line.unitPriceMinor * BigInt(line.quantity))}
          </span>
          {line.quantity > 1 && (
            <span className="slip-line-price">
              {format.number(line.quantity)} × {format.amount(line.unitPriceMinor)}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

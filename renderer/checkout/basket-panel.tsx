import { Undo2 } from 'lucide-react';
import type { RefObject } from 'react';
import { ActionButton } from '../ui/action-button.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { words } from '../ui/words.ts';
import { itemCount, lastEffectiveEvent } from './basket.ts';
import { BasketList } from './basket-list.tsx';
import { PaymentMoment } from './payment-moment.tsx';
import { useTill } from './till-context.ts';
import { canPay, isEditable, shownPayment, type TillSnapshot } from './till-snapshot.ts';
import { basketTotals } from './totals.ts';
import './basket-panel.css';

/** The basket, and in its lower part either the total with Pay or the payment moment. */
export function BasketPanel(props: {
  readonly list: RefObject<HTMLDivElement | null>;
  readonly snapshot: TillSnapshot;
  readonly dialogOpen: boolean;
  readonly onReceipt: () => void;
}) {
  const { list, snapshot, dialogOpen, onReceipt } = props;
  const { lines } = snapshot;
  const payment = shownPayment(snapshot);
  return (
    <section className="basket-panel" aria-label={words.basket.title}>
      <BasketHeader snapshot={snapshot} />
      {lines.length === 0 ? <EmptyBasket /> : <BasketList list={list} snapshot={snapshot} />}
      {payment === undefined ? (
        <Totals snapshot={snapshot} />
      ) : (
        <PaymentMoment
          key={payment.paymentId}
          payment={payment}
          snapshot={snapshot}
          paused={dialogOpen}
          onReceipt={onReceipt}
        />
      )}
    </section>
  );
}

function BasketHeader({ snapshot }: { readonly snapshot: TillSnapshot }) {
  const { till } = useTill();
  const { lines, basket } = snapshot;
  const editable = isEditable(snapshot);
  return (
    <div className="basket-header">
      <div className="basket-heading">
        <h2 className="basket-title">{words.basket.title}</h2>
        <KeyHint keys={words.keys.basket} />
        {lines.length > 0 && <p className="basket-count">{words.basket.count(itemCount(lines))}</p>}
      </div>
      {editable && lastEffectiveEvent(basket) !== undefined && (
        <ActionButton
          look="quiet"
          icon={<Undo2 className="basket-header-icon" aria-hidden="true" />}
          label={words.basket.undo}
          keys={words.keys.undo}
          onPress={() => void till.basket.undo()}
        />
      )}
      {editable && lines.length > 0 && (
        <ActionButton look="quiet" keys={words.keys.clear} onPress={() => void till.basket.clear()}>
          {words.basket.clear}
        </ActionButton>
      )}
    </div>
  );
}

function EmptyBasket() {
  return (
    <div className="basket-empty">
      <svg className="basket-empty-tiles" viewBox="0 0 96 64" aria-hidden="true">
        <rect x="2" y="2" width="28" height="28" rx="7" />
        <rect x="34" y="2" width="28" height="28" rx="7" />
        <rect x="34" y="34" width="28" height="28" rx="7" />
        <rect className="basket-empty-next" x="66" y="34" width="28" height="28" rx="7" />
      </svg>
      <p className="basket-empty-title">{words.basket.emptyTitle}</p>
      <p>{words.basket.emptyDetail}</p>
    </div>
  );
}

function Totals({ snapshot }: { readonly snapshot: TillSnapshot }) {
  const { till } = useTill();
  const { lines, format, standing } = snapshot;
  const { totalMinor, taxMinor } = basketTotals(lines);
  const total = format.amount(totalMinor);
  const waiting =
    standing.kind === 'checking'
      ? words.basket.checking
      : standing.kind === 'starting'
        ? words.basket.starting
        : undefined;
  return (
    <div className="basket-totals">
      <dl className="basket-sums">
        <dt>{words.basket.tax}</dt>
        <dd>{format.amount(taxMinor)}</dd>
        <dt className="basket-total">{words.basket.total}</dt>
        <dd className="basket-total-amount" data-long={total.length > 12 || undefined}>
          {total}
        </dd>
      </dl>
      <ActionButton
        look="main"
        keys={words.keys.pay}
        isDisabled={!canPay(snapshot)}
        onPress={() => void till.pay()}
      >
        {waiting ?? (lines.length === 0 ? words.basket.payNothing : words.basket.pay(total))}
      </ActionButton>
    </div>
  );
}

import { useEffect } from 'react';
import type { PaymentView } from '#bridge/terminal-api.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { playTone } from '../ui/tones.ts';
import { words } from '../ui/words.ts';
import { PaymentTile } from './payment-tile.tsx';
import { paymentWords } from './payment-words.ts';
import { useTill } from './till-context.ts';
import type { TillSnapshot } from './till-snapshot.ts';
import { useNow } from './use-now.ts';
import './payment-moment.css';

/** How long an approved payment stays before the till goes on to the next sale. */
const movesOnAfterMs = 8_000;
const tickMs = 250;

/** The payment as it is seen: the tile, the amount, the words, and what can be done now. */
export function PaymentMoment(props: {
  readonly payment: PaymentView;
  readonly snapshot: TillSnapshot;
  /** Whether something lies over it, so that it must not move on by itself. */
  readonly paused: boolean;
  readonly onReceipt: () => void;
}) {
  const { payment, snapshot, paused, onReceipt } = props;
  const { format, terminal } = snapshot;
  const ticking = payment.state === 'authorising' || payment.state === 'unknown';
  const nowMs = useNow(tickMs, ticking);
  useTone(payment.state, payment.state === 'ready' && payment.reason !== undefined);
  if (terminal === undefined) return null;
  const said = paymentWords(payment, terminal.health, format, nowMs);
  const amount = format.amount(payment.amountMinor);
  return (
    <div className="payment" data-state={payment.state}>
      <PaymentTile payment={payment} />
      <div className="payment-said">
        {payment.state !== 'approved' && <p className="payment-amount">{amount}</p>}
        <h2 className="payment-headline">{said.headline}</h2>
        {said.detail !== undefined && <p className="payment-detail">{said.detail}</p>}
        {payment.saleId !== snapshot.basket.saleId && (
          <p className="payment-code">{words.payment.another}</p>
        )}
        {said.code !== undefined && <p className="payment-code">{said.code}</p>}
      </div>
      <div className="payment-actions">
        <PaymentActions
          payment={payment}
          paused={paused || snapshot.link !== 'up'}
          canRetry={snapshot.link === 'up' && snapshot.lines.length > 0}
          onReceipt={onReceipt}
        />
      </div>
    </div>
  );
}

function PaymentActions(props: {
  readonly payment: PaymentView;
  readonly paused: boolean;
  readonly canRetry: boolean;
  readonly onReceipt: () => void;
}) {
  const { payment, paused, canRetry, onReceipt } = props;
  const { till } = useTill();
  switch (payment.state) {
    case 'ready':
    case 'reading':
    case 'may-remove':
    case 'entering-pin':
    case 'authorising':
      if (!payment.cancellable) return null;
      return (
        <ActionButton keys={words.keys.cancel} onPress={() => void till.cancel()}>
          {words.payment.cancel}
        </ActionButton>
      );
    case 'approved':
      return <NextSale paused={paused} onReceipt={onReceipt} />;
    case 'declined':
    case 'reversed':
    case 'cancelled':
      return (
        <>
          <ActionButton keys={words.keys.cancel} onPress={() => void till.dismiss()}>
            {words.payment.back}
          </ActionButton>
          {canRetry && (
            <ActionButton look="main" keys={words.keys.pay} onPress={() => void till.pay()}>
              {words.payment.tryAgain}
            </ActionButton>
          )}
        </>
      );
    case 'unknown':
      return (
        <ActionButton keys={words.keys.park} onPress={() => void till.dismiss()}>
          {words.payment.park}
        </ActionButton>
      );
    default:
      return payment.state satisfies never;
  }
}

function NextSale(props: { readonly paused: boolean; readonly onReceipt: () => void }) {
  const { paused, onReceipt } = props;
  const { till } = useTill();
  useEffect(() => {
    if (paused) return undefined;
    const timer = setTimeout(() => void till.dismiss(), movesOnAfterMs);
    return () => clearTimeout(timer);
  }, [paused, till]);
  return (
    <>
      <ActionButton keys={words.keys.receipts} onPress={onReceipt}>
        {words.payment.showReceipt}
      </ActionButton>
      <ActionButton look="main" keys={words.keys.next} onPress={() => void till.dismiss()}>
        {words.payment.next}
      </ActionButton>
      {!paused && (
        <span
          className="payment-moves-on"
          style={{ animationDuration: `${movesOnAfterMs}ms` }}
          aria-hidden="true"
        />
      )}
    </>
  );
}

function useTone(state: PaymentView['state'], isAskedAgain: boolean): void {
  useEffect(() => {
    if (state === 'may-remove') playTone('success');
    if (isAskedAgain || state === 'declined' || state === 'unknown') playTone('alert');
  }, [state, isAskedAgain]);
}

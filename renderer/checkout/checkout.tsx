import { useRef, useState } from 'react';
import { ReceiptsDialog } from '../receipts/receipts-dialog.tsx';
import { BasketPanel } from './basket-panel.tsx';
import { ParkedDialog } from './parked-dialog.tsx';
import { useSnapshot, useTill } from './till-context.ts';
import { shownPayment } from './till-snapshot.ts';
import { TopBar } from './top-bar.tsx';
import { Work } from './work.tsx';
import './checkout.css';

type OpenDialog =
  | { readonly kind: 'none' }
  | { readonly kind: 'parked' }
  | { readonly kind: 'receipts'; readonly paymentId: string | undefined };

/** The cashier's screen: what can be sold on one side, the basket and its payment on the other. */
export function Checkout() {
  const { api } = useTill();
  const snapshot = useSnapshot();
  const list = useRef<HTMLDivElement>(null);
  const [dialog, setDialog] = useState<OpenDialog>({ kind: 'none' });
  const closeDialog = () => setDialog({ kind: 'none' });
  const openParked = () => setDialog({ kind: 'parked' });
  const openReceipts = () => {
    setDialog({ kind: 'receipts', paymentId: shownPayment(snapshot)?.paymentId });
  };
  return (
    <div className="checkout">
      <TopBar snapshot={snapshot} onReceipts={openReceipts} onParked={openParked} />
      <Work snapshot={snapshot} list={list} onReceipts={openReceipts} onParked={openParked} />
      <BasketPanel
        list={list}
        snapshot={snapshot}
        dialogOpen={dialog.kind !== 'none'}
        onReceipt={openReceipts}
      />
      <output className="spoken" aria-live="polite">
        <span key={snapshot.announcement.count}>{snapshot.announcement.value}</span>
      </output>
      {dialog.kind === 'receipts' && (
        <ReceiptsDialog
          api={api}
          format={snapshot.format}
          paymentId={dialog.paymentId}
          onClose={closeDialog}
        />
      )}
      {dialog.kind === 'parked' && <ParkedDialog snapshot={snapshot} onClose={closeDialog} />}
    </div>
  );
}

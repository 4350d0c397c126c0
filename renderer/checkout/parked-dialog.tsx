import type { PaymentView } from '#bridge/terminal-api.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { PanelDialog } from '../ui/panel-dialog.tsx';
import { words } from '../ui/words.ts';
import { canResume, type ParkedRow, parkedRows } from './parked-sales.ts';
import { paymentWords } from './payment-words.ts';
import { isOver } from './standing.ts';
import { useTill } from './till-context.ts';
import type { TillSnapshot } from './till-snapshot.ts';
import { useNow } from './use-now.ts';
import './parked-dialog.css';

/** The sales that were set aside, how each stands, and what can be done with it. */
export function ParkedDialog(props: {
  readonly snapshot: TillSnapshot;
  readonly onClose: () => void;
}) {
  const { snapshot, onClose } = props;
  const nowMs = useNow(1000, true);
  const rows = parkedRows(snapshot);
  return (
    <PanelDialog title={words.parked.title} isTall={false} onClose={onClose}>
      {rows.length === 0 ? (
        <p className="parked-empty">{words.parked.empty}</p>
      ) : (
        <ul className="parked-list">
          {rows.map((row) => (
            <ParkedSaleRow
              key={row.saleId}
              row={row}
              snapshot={snapshot}
              nowMs={nowMs}
              onClose={onClose}
            />
          ))}
        </ul>
      )}
    </PanelDialog>
  );
}

function ParkedSaleRow(props: {
  readonly row: ParkedRow;
  readonly snapshot: TillSnapshot;
  readonly nowMs: number;
  readonly onClose: () => void;
}) {
  const { row, snapshot, nowMs, onClose } = props;
  const { terminal, format } = snapshot;
  const said =
    row.payment === undefined || terminal === undefined
      ? undefined
      : paymentWords(row.payment, terminal.health, format, nowMs);
  return (
    <li className="parked-row" data-state={row.payment?.state}>
      <div className="parked-said">
        <span className="parked-amount">{format.amount(row.amountMinor)}</span>
        <span className="parked-state">{stateWord(row.payment)}</span>
        <p className="parked-contents">{row.contents ?? words.parked.unnamed}</p>
        {said?.detail !== undefined && <p className="parked-detail">{said.detail}</p>}
      </div>
      <ParkedActions row={row} snapshot={snapshot} onClose={onClose} />
    </li>
  );
}

function ParkedActions(props: {
  readonly row: ParkedRow;
  readonly snapshot: TillSnapshot;
  readonly onClose: () => void;
}) {
  const { row, snapshot, onClose } = props;
  const { till } = useTill();
  if (row.payment === undefined || !isOver(row.payment)) return null;
  const free = canResume(snapshot);
  return (
    <div className="parked-actions">
      {row.payment.state !== 'approved' && (
        <ActionButton
          isDisabled={!free}
          onPress={() => {
            void till.parked.resume(row.saleId);
            onClose();
          }}
        >
          {words.parked.resume}
        </ActionButton>
      )}
      <ActionButton look="quiet" onPress={() => till.parked.forget(row.saleId)}>
        {words.parked.remove}
      </ActionButton>
      {row.payment.state !== 'approved' && !free && (
        <p className="parked-blocked">{words.parked.resumeBlocked}</p>
      )}
    </div>
  );
}

function stateWord(payment: PaymentView | undefined): string {
  if (payment === undefined) return words.parked.checking;
  if (!isOver(payment)) return words.parked.resolving;
  return payment.state === 'approved' ? words.parked.paid : words.parked.notCharged;
}

import { CircleCheck, CircleSlash, ReceiptText, Undo2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';
import type { Receipt, TerminalApi } from '#bridge/terminal-api.ts';
import type { ShopFormat } from '../ui/money.ts';
import { PanelDialog } from '../ui/panel-dialog.tsx';
import { words } from '../ui/words.ts';
import { ReceiptSlip } from './receipt-slip.tsx';
import './receipts-dialog.css';

const listed = 50;

type Loaded =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'receipts'; readonly receipts: readonly Receipt[] };

/** The recent receipts, newest first, and the chosen one as it would be printed. */
export function ReceiptsDialog(props: {
  readonly api: TerminalApi;
  readonly format: ShopFormat;
  /** The one to begin with; else the newest. */
  readonly paymentId: string | undefined;
  readonly onClose: () => void;
}) {
  const { api, format, paymentId, onClose } = props;
  const loaded = useRecentReceipts(api);
  const [chosenId, setChosenId] = useState(paymentId);
  return (
    <PanelDialog title={words.receipts.title} isTall onClose={onClose}>
      {loaded.kind === 'receipts' && loaded.receipts.length > 0 ? (
        <ReceiptBrowser
          receipts={loaded.receipts}
          format={format}
          chosenId={chosenId}
          onChoose={setChosenId}
        />
      ) : (
        <NoReceipts loaded={loaded} />
      )}
    </PanelDialog>
  );
}

function useRecentReceipts(api: TerminalApi): Loaded {
  const [loaded, setLoaded] = useState<Loaded>({ kind: 'loading' });
  useEffect(() => {
    let current = true;
    const load = async () => {
      const answer = await api.recentReceipts({ limit: listed });
      if (!current) return;
      setLoaded(
        answer.ok ? { kind: 'receipts', receipts: answer.value.receipts } : { kind: 'unavailable' },
      );
    };
    void load();
    return () => {
      current = false;
    };
  }, [api]);
  return loaded;
}

function ReceiptBrowser(props: {
  readonly receipts: readonly Receipt[];
  readonly format: ShopFormat;
  readonly chosenId: string | undefined;
  readonly onChoose: (paymentId: string) => void;
}) {
  const { receipts, format, chosenId, onChoose } = props;
  const chosen = receipts.find((receipt) => receipt.paymentId === chosenId) ?? receipts[0];
  return (
    <div className="receipts">
      <ListBox
        className="receipts-list"
        aria-label={words.receipts.list}
        autoFocus
        selectionMode="single"
        selectionBehavior="replace"
        disallowEmptySelection
        items={receipts.map((receipt) => ({ ...receipt, id: receipt.paymentId }))}
        selectedKeys={chosen === undefined ? [] : [chosen.paymentId]}
        onSelectionChange={(keys) => {
          const [key] = keys === 'all' ? [] : keys;
          if (key !== undefined) onChoose(String(key));
        }}
      >
        {(receipt) => <ReceiptRow receipt={receipt} format={format} />}
      </ListBox>
      <div className="receipts-slip">
        {chosen !== undefined && <ReceiptSlip receipt={chosen} format={format} />}
      </div>
    </div>
  );
}

const endIcons = {
  approved: CircleCheck,
  declined: CircleSlash,
  cancelled: CircleSlash,
  reversed: Undo2,
} as const;

function ReceiptRow({
  receipt,
  format,
}: {
  readonly receipt: Receipt;
  readonly format: ShopFormat;
}) {
  const Icon = endIcons[receipt.end];
  const amount = format.amount(receipt.amountMinor);
  const end = words.receipts.ends[receipt.end];
  return (
    <ListBoxItem
      id={receipt.paymentId}
      className="receipts-row"
      data-end={receipt.end}
      textValue={`${amount}, ${format.dateTime(receipt.atMs)}, ${end}`}
    >
      <Icon aria-hidden="true" />
      <span className="receipts-row-amount">{amount}</span>
      <span className="receipts-row-time">{format.dateTime(receipt.atMs)}</span>
      <span className="receipts-row-end">{end}</span>
    </ListBoxItem>
  );
}

function NoReceipts({ loaded }: { readonly loaded: Loaded }) {
  if (loaded.kind === 'loading') return <div className="receipts-none" />;
  const unavailable = loaded.kind === 'unavailable';
  return (
    <div className="receipts-none">
      <ReceiptText aria-hidden="true" />
      <p className="receipts-none-title">
        {unavailable ? words.receipts.unavailable : words.receipts.empty}
      </p>
      {!unavailable && <p>{words.receipts.emptyDetail}</p>}
    </div>
  );
}

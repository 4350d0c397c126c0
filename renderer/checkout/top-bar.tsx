import { CircleAlert, CircleCheck, LoaderCircle, ReceiptText, SquareStack } from 'lucide-react';
import type { ReactNode } from 'react';
import type { TerminalState } from '#bridge/terminal-api.ts';
import { ActionButton } from '../ui/action-button.tsx';
import { Logo } from '../ui/logo.tsx';
import { words } from '../ui/words.ts';
import { parkedRows } from './parked-sales.ts';
import type { TillSnapshot } from './till-snapshot.ts';
import './top-bar.css';

/** Whose till this is, what is open besides the basket, and whether the devices are well. */
export function TopBar(props: {
  readonly snapshot: TillSnapshot;
  readonly onReceipts: () => void;
  readonly onParked: () => void;
}) {
  const { snapshot, onReceipts, onParked } = props;
  const shop = snapshot.terminal?.shop;
  const parkedCount = parkedRows(snapshot).length;
  return (
    <header className="top-bar">
      <Logo />
      {shop !== undefined && (
        <div className="top-bar-shop">
          <h1 className="top-bar-name">{shop.name}</h1>
          <span>{words.topBar.shift(snapshot.format.number(shop.shift))}</span>
          <span>{shop.cashier}</span>
        </div>
      )}
      <Health snapshot={snapshot} />
      {parkedCount > 0 && (
        <ActionButton
          look="quiet"
          icon={<SquareStack className="top-bar-icon" aria-hidden="true" />}
          keys={words.keys.parked}
          onPress={onParked}
        >
          {words.topBar.parked(parkedCount)}
        </ActionButton>
      )}
      <ActionButton
        look="quiet"
        icon={<ReceiptText className="top-bar-icon" aria-hidden="true" />}
        keys={words.keys.receipts}
        onPress={onReceipts}
      >
        {words.topBar.receipts}
      </ActionButton>
    </header>
  );
}

function Health({ snapshot }: { readonly snapshot: TillSnapshot }) {
  return (
    <div className="top-bar-health" role="status" aria-label={words.topBar.health}>
      {healthStatuses(snapshot)}
    </div>
  );
}

function healthStatuses({ link, terminal }: TillSnapshot): ReactNode {
  if (link === 'down') return <Status tone="negative" text={words.topBar.linkDown} />;
  if (terminal === undefined) return <Status tone="plain" text={words.topBar.connecting} />;
  const { host, session, undelivered, reader } = terminal.health;
  return (
    <>
      {hostStatus(host, session)}
      {undelivered > 0 && <Status tone="caution" text={words.topBar.undelivered(undelivered)} />}
      {reader === 'ready' ? (
        <Status tone="positive" text={words.topBar.readerReady} />
      ) : (
        <Status tone="caution" text={words.topBar.readerAbsent} />
      )}
    </>
  );
}

function hostStatus(
  host: TerminalState['health']['host'],
  session: TerminalState['health']['session'],
): ReactNode {
  if (host === 'down') return <Status tone="caution" text={words.topBar.hostDown} />;
  if (session === 'refused') return <Status tone="negative" text={words.topBar.hostRefuses} />;
  return <Status tone="positive" text={words.topBar.hostUp} />;
}

const statusIcons = {
  positive: CircleCheck,
  caution: CircleAlert,
  negative: CircleAlert,
  plain: LoaderCircle,
} as const;

function Status(props: { readonly tone: keyof typeof statusIcons; readonly text: string }) {
  const Icon = statusIcons[props.tone];
  return (
    <span className={`status status-${props.tone}`}>
      <Icon aria-hidden="true" />
      {props.text}
    </span>
  );
}

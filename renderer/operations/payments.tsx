import { RefreshCw } from 'lucide-react';
import { ActionButton } from '../ui/action-button.tsx';
import type { Payment } from './cloud-client.ts';
import { type Column, DataTable } from './data-table.tsx';
import type { OperationsFormat } from './format.ts';
import { Notice } from './notice.tsx';
import { useOperations } from './operations-context.ts';
import { PaymentFilters } from './payment-filters.tsx';
import { storyHref } from './route.ts';
import { StateMark } from './state-mark.tsx';
import { say, storyWords } from './story-words.ts';
import { usePayments } from './use-payments.ts';
import { words } from './words.ts';
import './payments.css';

const said = words.payments;

/** A list of payments and messages about them, the newest first. */
export function PaymentsView({ filters }: { readonly filters: URLSearchParams }) {
  const { format, onLoggedOut } = useOperations();
  const { payments, hasMore, failure, showMore, refresh } = usePayments(filters, onLoggedOut);
  const count = format.count(payments?.length ?? 0);
  return (
    <>
      <h1 className="view-title">{said.title}</h1>
      <PaymentFilters filters={filters} />
      <div aria-live="polite">
        {failure !== undefined && (
          <Notice tone="negative">
            <p>{words.failures[failure]}</p>
            <ActionButton onPress={refresh}>{words.tryAgain}</ActionButton>
          </Notice>
        )}
        {payments === undefined && failure === undefined && (
          <p className="empty">{words.loading}</p>
        )}
        {payments?.length === 0 && (
          <p className="empty">{filters.size > 0 ? said.empty : said.none}</p>
        )}
      </div>
      {payments !== undefined && payments.length > 0 && (
        <section className="panel" aria-label={said.title}>
          <div className="panel-head">
            <p className="panel-count" role="status">
              {hasMore ? said.found(count) : said.foundAll(count)}
            </p>
            <ActionButton
              look="quiet"
              icon={<RefreshCw className="icon" aria-hidden="true" />}
              onPress={refresh}
            >
              {said.newest}
            </ActionButton>
          </div>
          <DataTable
            caption={said.title}
            rows={payments}
            keyOf={storyHref}
            columns={columnsOf(format)}
          />
          {hasMore && <ActionButton onPress={showMore}>{said.more}</ActionButton>}
        </section>
      )}
    </>
  );
}

function columnsOf(format: OperationsFormat): readonly Column<Payment>[] {
  return [
    {
      name: said.time,
      cell: (row) => (
        <a className="link" href={storyHref(row.original ? { ...row, ...row.original } : row)}>
          {format.shortDateTime(row.receivedAt)}
        </a>
      ),
      isRowName: true,
    },
    { name: said.kind, cell: ({ kind }) => say(storyWords.kinds, kind) },
    {
      name: said.amount,
      cell: (row) => format.money(row.amountMinor, row.currency),
      isNumber: true,
    },
    { name: said.state, cell: ({ state }) => <StateMark state={state} /> },
    {
      name: said.answer,
      cell: ({ responseCode: code }) =>
        code !== null && (
          <>
            {say(storyWords.answers, code)} <small className="small">{code}</small>
          </>
        ),
    },
    { name: said.score, cell: ({ score }) => score ?? '', isNumber: true },
    { name: said.card, cell: ({ maskedPan }) => maskedPan ?? said.noCard },
    {
      name: said.terminal,
      cell: ({ terminalId, stan }) => (
        <>
          {terminalId} <small className="small">{stan}</small>
        </>
      ),
    },
  ];
}

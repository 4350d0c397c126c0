import type { Story } from './cloud-client.ts';
import { DataTable } from './data-table.tsx';
import { useOperations } from './operations-context.ts';
import { Panel } from './panel.tsx';
import { say, storyWords } from './story-words.ts';
import { words } from './words.ts';

const HASH_SHOWN = 16;

/** What is stored of a payment besides: bookings, disputes, entries of the audit log. */
export function StoryRecords({ story }: { readonly story: Story }) {
  return (
    <div className="records">
      <Bookings bookings={story.bookings} />
      <Disputes disputes={story.disputes} />
      <AuditEntries audit={story.audit} />
    </div>
  );
}

function Bookings({ bookings }: { readonly bookings: Story['bookings'] }) {
  const { format } = useOperations();
  return (
    <Panel title={storyWords.ledger}>
      {bookings.length === 0 ? (
        <p className="empty">{storyWords.ledgerEmpty}</p>
      ) : (
        <DataTable
          caption={storyWords.ledger}
          rows={bookings}
          keyOf={(row) => `${row.entryId} ${row.debitAccount} ${row.creditAccount}`}
          columns={[
            {
              name: storyWords.booked,
              cell: ({ bookedAt }) => format.time(bookedAt),
              isRowName: true,
            },
            { name: storyWords.from, cell: ({ debitAccount }) => debitAccount },
            { name: storyWords.to, cell: ({ creditAccount }) => creditAccount },
            {
              name: storyWords.amount,
              cell: ({ amountMinor, currency }) => format.money(amountMinor, currency),
              isNumber: true,
            },
          ]}
        />
      )}
    </Panel>
  );
}

function Disputes({ disputes }: { readonly disputes: Story['disputes'] }) {
  const { format } = useOperations();
  return (
    <Panel title={storyWords.disputes}>
      {disputes.length === 0 ? (
        <p className="empty">{storyWords.disputesEmpty}</p>
      ) : (
        <DataTable
          caption={storyWords.disputes}
          rows={disputes}
          keyOf={({ disputeId }) => disputeId}
          columns={[
            {
              name: words.disputes.dispute,
              cell: ({ disputeId }) => disputeId,
              isRowName: true,
            },
            { name: words.disputes.reason, cell: ({ reasonCode }) => reasonCode },
            { name: words.terminals.state, cell: ({ state }) => state },
            { name: storyWords.opened, cell: ({ openedAt }) => format.dateTime(openedAt) },
            {
              name: storyWords.ruled,
              cell: ({ ruledAt }) => (ruledAt === null ? '' : format.dateTime(ruledAt)),
            },
          ]}
        />
      )}
    </Panel>
  );
}

function AuditEntries({ audit }: { readonly audit: Story['audit'] }) {
  const { format } = useOperations();
  return (
    <Panel title={storyWords.audit}>
      {audit.length === 0 ? (
        <p className="empty">{storyWords.auditEmpty}</p>
      ) : (
        <DataTable
          caption={storyWords.audit}
          rows={audit}
          keyOf={({ sequence }) => sequence}
          columns={[
            { name: storyWords.entry, cell: ({ sequence }) => sequence, isRowName: true },
            { name: storyWords.at, cell: ({ at }) => format.dateTime(at) },
            {
              name: storyWords.act,
              cell: ({ act }) => say({ ...storyWords.kinds, ...storyWords.acts }, act),
            },
            {
              name: storyWords.hash,
              cell: ({ hash }) => <code className="code">{hash.slice(0, HASH_SHOWN)}…</code>,
            },
          ]}
        />
      )}
    </Panel>
  );
}

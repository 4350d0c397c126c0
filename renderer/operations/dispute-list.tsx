import { TriangleAlert } from 'lucide-react';
import type { Overview } from './cloud-client.ts';
import { DataTable } from './data-table.tsx';
import { duration } from './format.ts';
import { useOperations } from './operations-context.ts';
import { Panel } from './panel.tsx';
import { storyHref } from './route.ts';
import { words } from './words.ts';

const SOON_MS = 7 * 24 * 60 * 60 * 1_000;

/** Disputes that wait for an answer, the soonest due first. */
export function DisputeList(props: {
  readonly disputes: NonNullable<Overview['disputes']>;
  readonly nowMs: number;
}) {
  const { format } = useOperations();
  const { open, soonest } = props.disputes;
  const said = words.disputes;
  return (
    <Panel title={said.title}>
      {open === 0 ? (
        <p className="empty">{said.empty}</p>
      ) : (
        <DataTable
          caption={said.title}
          rows={soonest}
          keyOf={({ terminalId, disputeId }) => `${terminalId} ${disputeId}`}
          columns={[
            {
              name: said.dispute,
              cell: (row) => (
                <a className="link" href={storyHref(row)}>
                  {row.disputeId} <small className="small">{row.reasonCode}</small>
                </a>
              ),
              isRowName: true,
            },
            {
              name: said.amount,
              cell: (row) => format.money(row.amountMinor, row.currency),
              isNumber: true,
            },
            { name: said.due, cell: ({ dueAt }) => <Due dueAt={dueAt} nowMs={props.nowMs} /> },
            {
              name: said.evidence,
              cell: ({ evidence }) =>
                evidence === 0 ? said.noEvidence : said.pieces(format.count(evidence)),
            },
          ]}
        />
      )}
      {open > soonest.length && (
        <p className="more">{said.more(format.count(open - soonest.length))}</p>
      )}
    </Panel>
  );
}

function Due({ dueAt, nowMs }: { readonly dueAt: string; readonly nowMs: number }) {
  const { format } = useOperations();
  const leftMs = Date.parse(dueAt) - nowMs;
  const said = leftMs < 0 ? words.disputes.overdue : words.disputes.dueIn(duration(leftMs));
  return (
    <span className={leftMs < SOON_MS ? 'due due-soon' : 'due'}>
      {leftMs < SOON_MS && <TriangleAlert className="icon" aria-hidden="true" />}
      {format.date(dueAt)} <small className="small">{said}</small>
    </span>
  );
}

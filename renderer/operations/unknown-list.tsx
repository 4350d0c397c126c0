import { CircleCheck } from 'lucide-react';
import type { Overview } from './cloud-client.ts';
import { DataTable } from './data-table.tsx';
import { duration } from './format.ts';
import { useOperations } from './operations-context.ts';
import { Panel } from './panel.tsx';
import { storyHref } from './route.ts';
import { say } from './story-words.ts';
import { words } from './words.ts';

/** Payments that may have been taken and are not known to be, and what is being done about them. */
export function UnknownList(props: {
  readonly unknowns: Overview['unknowns'];
  readonly nowMs: number;
}) {
  const { format } = useOperations();
  const { count, oldest } = props.unknowns;
  const said = words.unknowns;
  return (
    <Panel title={said.title} className={count === 0 ? 'panel-wide' : 'panel-wide panel-caution'}>
      <output className="spoken" aria-live="polite">
        {`${said.title}: ${count}`}
      </output>
      {count === 0 ? (
        <p className="empty empty-good">
          <CircleCheck className="icon" aria-hidden="true" />
          {said.empty}
        </p>
      ) : (
        <DataTable
          caption={said.title}
          rows={oldest}
          keyOf={storyHref}
          columns={[
            {
              name: said.payment,
              cell: (row) => (
                <a className="link" href={storyHref(row)}>
                  {row.terminalId} · {row.stan}
                </a>
              ),
              isRowName: true,
            },
            {
              name: said.amount,
              cell: (row) => format.money(row.amountMinor, row.currency),
              isNumber: true,
            },
            {
              name: said.age,
              cell: (row) => duration(props.nowMs - Date.parse(row.receivedAt)),
              isNumber: true,
            },
            { name: said.doing, cell: (row) => say(said.states, row.state) },
          ]}
        />
      )}
      {count > oldest.length && (
        <p className="more">{said.more(format.count(count - oldest.length))}</p>
      )}
    </Panel>
  );
}

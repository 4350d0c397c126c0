import { CircleCheck, CircleDashed, CircleSlash } from 'lucide-react';
import type { Overview } from './cloud-client.ts';
import { DataTable } from './data-table.tsx';
import { duration } from './format.ts';
import { useOperations } from './operations-context.ts';
import { Panel } from './panel.tsx';
import { paymentsHref } from './route.ts';
import { words } from './words.ts';

type Terminal = NonNullable<Overview['terminals']>[number];

/** Terminals, those that are connected first, and when each was last heard. */
export function TerminalList(props: {
  readonly terminals: readonly Terminal[];
  readonly nowMs: number;
}) {
  const { format } = useOperations();
  const said = words.terminals;
  const rows = props.terminals.toSorted((a, b) => rank(a) - rank(b));
  return (
    <Panel title={said.title}>
      {rows.length === 0 ? (
        <p className="empty">{said.empty}</p>
      ) : (
        <DataTable
          caption={said.title}
          rows={rows}
          keyOf={({ terminalId }) => terminalId}
          columns={[
            {
              name: said.terminal,
              cell: ({ terminalId }) => (
                <a className="link" href={paymentsHref({ terminalId })}>
                  {terminalId}
                </a>
              ),
              isRowName: true,
            },
            { name: said.state, cell: (terminal) => <State terminal={terminal} /> },
            {
              name: said.last,
              cell: ({ lastMessageAt: at }) =>
                at === null ? (
                  said.never
                ) : (
                  <time dateTime={at} title={format.dateTime(at)}>
                    {said.ago(duration(props.nowMs - Date.parse(at)))}
                  </time>
                ),
            },
          ]}
        />
      )}
    </Panel>
  );
}

function State({ terminal }: { readonly terminal: Terminal }) {
  const [look, Icon, said] = terminal.isRevoked
    ? (['negative', CircleSlash, words.terminals.revoked] as const)
    : terminal.isConnected
      ? (['positive', CircleCheck, words.terminals.connected] as const)
      : (['quiet', CircleDashed, words.terminals.away] as const);
  return (
    <span className={`state state-${look}`}>
      <Icon className="icon" aria-hidden="true" />
      {said}
    </span>
  );
}

function rank({ isRevoked, isConnected }: Terminal): number {
  return isRevoked ? 2 : isConnected ? 0 : 1;
}

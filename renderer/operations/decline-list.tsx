import type { Overview } from './cloud-client.ts';
import { DataTable } from './data-table.tsx';
import { useOperations } from './operations-context.ts';
import { Panel } from './panel.tsx';
import { paymentsHref } from './route.ts';
import { say, storyWords } from './story-words.ts';
import { words } from './words.ts';

/** Why payments were declined; each reason leads to its payments. */
export function DeclineList({ declines }: { readonly declines: Overview['declines'] }) {
  const { format } = useOperations();
  const said = words.declines;
  const all = declines.reduce((sum, { count }) => sum + count, 0);
  return (
    <Panel title={said.title}>
      {declines.length === 0 ? (
        <p className="empty">{said.empty}</p>
      ) : (
        <DataTable
          caption={said.title}
          rows={declines}
          keyOf={({ responseCode }) => responseCode}
          columns={[
            {
              name: said.reason,
              cell: ({ responseCode }) => (
                <a className="link" href={paymentsHref({ responseCode })}>
                  {say(storyWords.answers, responseCode)}{' '}
                  <small className="small">{said.code(responseCode)}</small>
                </a>
              ),
              isRowName: true,
            },
            { name: said.count, cell: ({ count }) => format.count(count), isNumber: true },
            { name: said.share, cell: ({ count }) => format.percent(count, all), isNumber: true },
          ]}
        />
      )}
    </Panel>
  );
}

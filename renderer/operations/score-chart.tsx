import { BarChart, ChartLegend } from './bar-chart.tsx';
import type { Overview } from './cloud-client.ts';
import { DataTable } from './data-table.tsx';
import { scoreBars, tierCounts, totalOf } from './figures.ts';
import { useOperations } from './operations-context.ts';
import { Panel } from './panel.tsx';
import { say } from './story-words.ts';
import { words } from './words.ts';

/** How risky the payments of the last hour were, and what became of them. */
export function ScoreChart({ scores }: { readonly scores: Overview['scores'] }) {
  const { format } = useOperations();
  const bars = scoreBars(scores);
  const tiers = tierCounts(scores);
  const [low = '0', medium = '0', high = '0'] = tiers.map(({ approved, declined }) =>
    format.count(approved + declined),
  );
  const all = totalOf(bars);
  return (
    <Panel title={words.scores.title}>
      {scores.length === 0 ? (
        <p className="empty">{words.scores.empty}</p>
      ) : (
        <>
          <BarChart
            bars={bars.map(({ from, to, approved, declined }) => ({
              ...{ key: from, approved, declined },
              title: words.scores.bar(
                `${from}–${to}`,
                format.count(approved),
                format.count(declined),
              ),
            }))}
            summary={words.scores.summary(
              ...([format.count(all.approved + all.declined), low, medium, high] as const),
            )}
            start={words.scores.safe}
            end={words.scores.risky}
            label={format.count}
          />
          <ChartLegend approved={words.volume.approved} declined={words.volume.declined} />
          <DataTable
            caption={words.scores.title}
            rows={tiers}
            keyOf={({ tier }) => tier}
            columns={[
              {
                name: words.scores.tier,
                cell: ({ tier }) => say(words.scores.tiers, tier),
                isRowName: true,
              },
              {
                name: words.volume.approved,
                cell: ({ approved }) => format.count(approved),
                isNumber: true,
              },
              {
                name: words.volume.declined,
                cell: ({ declined }) => format.count(declined),
                isNumber: true,
              },
            ]}
          />
        </>
      )}
    </Panel>
  );
}

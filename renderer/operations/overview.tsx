import type { Overview } from './cloud-client.ts';
import { DeclineList } from './decline-list.tsx';
import { DisputeList } from './dispute-list.tsx';
import { FigureTiles } from './figure-tiles.tsx';
import { ScoreChart } from './score-chart.tsx';
import { TerminalList } from './terminal-list.tsx';
import { UnknownList } from './unknown-list.tsx';
import { VolumeChart } from './volume-chart.tsx';
import { words } from './words.ts';
import './overview.css';

/** How things stand: figures, then what is open, then where it comes from. */
export function OverviewView(props: {
  readonly overview: Overview | undefined;
  readonly nowMs: number;
}) {
  const { overview, nowMs } = props;
  return (
    <>
      <h1 className="view-title">{words.overview.title}</h1>
      {overview === undefined ? (
        <p className="empty">{words.loading}</p>
      ) : (
        <div className="overview">
          <FigureTiles overview={overview} />
          <UnknownList unknowns={overview.unknowns} nowMs={nowMs} />
          <VolumeChart overview={overview} />
          <ScoreChart scores={overview.scores} />
          <DeclineList declines={overview.declines} />
          {overview.disputes !== null && <DisputeList disputes={overview.disputes} nowMs={nowMs} />}
          {overview.terminals !== null && (
            <TerminalList terminals={overview.terminals} nowMs={nowMs} />
          )}
        </div>
      )}
    </>
  );
}

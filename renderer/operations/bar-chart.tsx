import { useId } from 'react';
import { niceCeiling } from './figures.ts';
import './bar-chart.css';

/** One bar of a chart: two parts, one upon the other, and what it says when it is pointed at. */
export interface ChartBar {
  readonly key: string | number;
  readonly approved: number;
  readonly declined: number;
  readonly title: string;
}

const STEP = 10;
const HEIGHT = 100;
/** What is there is seen, however little it is. */
const LEAST = 1.5;

/**
 * Bars that share a scale from zero. What is declined is hatched, so that it is not told by its
 * colour alone; `summary` says the whole in words, and a table should stand beside it.
 */
export function BarChart(props: {
  readonly bars: readonly ChartBar[];
  readonly summary: string;
  readonly start: string;
  readonly end: string;
  /** Writes the scale's ends. */
  readonly label: (value: number) => string;
}) {
  const { bars, summary, start, end, label } = props;
  const hatchId = useId();
  const most = niceCeiling(Math.max(...bars.map((bar) => bar.approved + bar.declined)));
  const heightOf = (value: number) => (value === 0 ? 0 : Math.max(LEAST, (value / most) * HEIGHT));
  return (
    <figure className="bar-chart">
      <div className="bar-chart-scale" aria-hidden="true">
        <span>{label(most)}</span>
        <span>{label(0)}</span>
      </div>
      <svg
        className="bar-chart-bars"
        viewBox={`0 0 ${bars.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={summary}
      >
        <pattern id={hatchId} width="4" height="4" patternUnits="userSpaceOnUse">
          <rect className="bar-chart-ground" width="4" height="4" />
          <path className="bar-chart-hatch" d="M-1 1 L1 -1 M0 4 L4 0 M3 5 L5 3" />
        </pattern>
        <line className="bar-chart-line" x1="0" y1="0" x2={bars.length * STEP} y2="0" />
        {bars.map((bar, i) => {
          const [approved, declined] = [heightOf(bar.approved), heightOf(bar.declined)];
          const x = i * STEP + 1.5;
          const width = STEP - 3;
          const top = HEIGHT - approved;
          return (
            <g key={bar.key}>
              <title>{bar.title}</title>
              <rect className="bar-chart-place" x={i * STEP} y="0" width={STEP} height={HEIGHT} />
              <rect className="bar-chart-approved" {...{ x, width }} y={top} height={approved} />
              <rect
                className="bar-chart-declined"
                fill={`url(#${hatchId})`}
                {...{ x, width }}
                y={Math.max(0, top - declined)}
                height={declined}
              />
            </g>
          );
        })}
      </svg>
      <div className="bar-chart-ends" aria-hidden="true">
        <span>{start}</span>
        <span>{end}</span>
      </div>
    </figure>
  );
}

/** Which part of a bar is which. */
export function ChartLegend(props: { readonly approved: string; readonly declined: string }) {
  return (
    <ul className="legend">
      <li>
        <span className="legend-mark legend-approved" />
        {props.approved}
      </li>
      <li>
        <span className="legend-mark legend-declined" />
        {props.declined}
      </li>
    </ul>
  );
}

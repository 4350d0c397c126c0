import { CircleCheck, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Overview } from './cloud-client.ts';
import { approvedMoney, countBars, totalOf } from './figures.ts';
import { useOperations } from './operations-context.ts';
import { words } from './words.ts';
import './figure-tiles.css';

const MOST_LARGE = 10;

/** The figures that are looked at first. */
export function FigureTiles({ overview }: { readonly overview: Overview }) {
  const { format } = useOperations();
  const said = words.overview;
  const { approved, declined } = totalOf(overview.minutes);
  const [before, present] = countBars(overview)
    .slice(-2)
    .map((bar) => format.count(bar.approved + bar.declined));
  const money = approvedMoney(overview);
  const all = approved + declined;
  return (
    <section className="tiles" aria-label={said.figures}>
      <Tile name={said.payments} detail={said.paymentsDetail(present ?? '', before ?? '')}>
        {format.count(all)}
      </Tile>
      <Tile
        name={said.approved}
        detail={money
          .slice(1)
          .map(([currency, minor]) => format.money(minor, currency))
          .join(' · ')}
      >
        {money[0] === undefined ? said.nothing : format.money(money[0][1], money[0][0])}
      </Tile>
      <Tile
        name={said.rate}
        detail={
          all === 0 ? said.rateNothing : said.rateDetail(format.count(declined), format.count(all))
        }
      >
        {format.percent(approved, all)}
      </Tile>
      {overview.latency !== null && <LatencyTile latency={overview.latency} />}
      <OpenTile unknowns={overview.unknowns} />
      {overview.terminals !== null && <TerminalsTile terminals={overview.terminals} />}
    </section>
  );
}

function Tile(props: {
  readonly name: string;
  readonly detail?: string;
  readonly children: ReactNode;
  readonly tone?: 'caution';
}) {
  const { name, detail, children, tone } = props;
  return (
    <dl className="tile" data-tone={tone}>
      <dt className="tile-name">{name}</dt>
      <dd className="tile-value" data-long={isLong(children)}>
        {children}
      </dd>
      {detail !== undefined && detail !== '' && <dd className="tile-detail">{detail}</dd>}
    </dl>
  );
}

/** An amount that would not fit in large type. */
function isLong(children: ReactNode): boolean {
  return typeof children === 'string' && children.length > MOST_LARGE;
}

function LatencyTile({ latency }: { readonly latency: NonNullable<Overview['latency']> }) {
  const { format } = useOperations();
  const said = words.overview;
  const rows = [
    [said.p50, latency.p50Ms],
    [said.p95, latency.p95Ms],
    [said.p99, latency.p99Ms],
  ] as const;
  return (
    <div className="tile">
      <h2 className="tile-name">{said.latency}</h2>
      <dl className="tile-rows">
        {rows.map(([name, value]) => (
          <div key={name} className="tile-row">
            <dt>{name}</dt>
            <dd>{format.milliseconds(value)}</dd>
          </div>
        ))}
      </dl>
      <p className="tile-detail">{said.latencyDetail}</p>
    </div>
  );
}

function OpenTile({ unknowns }: { readonly unknowns: Overview['unknowns'] }) {
  const { format } = useOperations();
  const { count, oldest } = unknowns;
  const since = oldest[0]?.receivedAt;
  const Icon = count === 0 ? CircleCheck : TriangleAlert;
  return (
    <Tile
      name={words.overview.unknowns}
      detail={
        since === undefined ? words.overview.noneDetail : words.overview.since(format.time(since))
      }
      {...(count > 0 && { tone: 'caution' })}
    >
      <Icon className="tile-icon" aria-hidden="true" />
      {count === 0 ? words.overview.none : format.count(count)}
    </Tile>
  );
}

function TerminalsTile(props: { readonly terminals: NonNullable<Overview['terminals']> }) {
  const { format } = useOperations();
  const enrolled = props.terminals.filter(({ isRevoked }) => !isRevoked);
  const connected = enrolled.filter(({ isConnected }) => isConnected);
  return (
    <Tile
      name={words.overview.terminals}
      detail={words.overview.terminalsDetail(format.count(enrolled.length))}
    >
      {format.count(connected.length)}
    </Tile>
  );
}

import { useId, useState } from 'react';
import { BarChart, ChartLegend } from './bar-chart.tsx';
import type { Overview } from './cloud-client.ts';
import { currencyLetters } from './currency.ts';
import { type Column, DataTable } from './data-table.tsx';
import { type Bar, countBars, currenciesOf, moneyBars } from './figures.ts';
import { useOperations } from './operations-context.ts';
import { Panel } from './panel.tsx';
import { words } from './words.ts';

const COUNT = 'count';

/** Payments of each of the last 60 minutes, by number or by what was approved in a currency. */
export function VolumeChart({ overview }: { readonly overview: Overview }) {
  const { format } = useOperations();
  const [wanted, setWanted] = useState(COUNT);
  const currencies = currenciesOf(overview);
  const shown = currencies.includes(wanted) ? wanted : COUNT;
  const isCount = shown === COUNT;
  const bars = isCount ? countBars(overview) : moneyBars(overview, shown);
  const write = (value: number) =>
    isCount ? format.count(value) : format.money(BigInt(Math.round(value)), shown);
  const sumOf = ({ approved, declined }: Bar) => approved + declined;
  const all = bars.reduce((sum, bar) => sum + sumOf(bar), 0);
  const most = bars.reduce((a, b) => (sumOf(b) > sumOf(a) ? b : a));
  const busy = bars.filter((bar) => sumOf(bar) > 0).toReversed();
  return (
    <Panel
      title={words.volume.title}
      className="panel-wide"
      beside={<Choice currencies={currencies} shown={shown} onChange={setWanted} />}
    >
      {busy.length === 0 ? (
        <p className="empty">{words.volume.empty}</p>
      ) : (
        <>
          <BarChart
            bars={bars.map((bar) => ({ ...bar, key: bar.atMs, title: titleOf(bar) }))}
            summary={words.volume.summary(write(all), write(sumOf(most)), format.time(most.atMs))}
            start={words.volume.ago}
            end={words.volume.now}
            label={write}
          />
          {isCount && (
            <ChartLegend approved={words.volume.approved} declined={words.volume.declined} />
          )}
          <MinuteTable bars={busy} hasDeclined={isCount} write={write} />
        </>
      )}
    </Panel>
  );

  function titleOf({ atMs, approved, declined }: Bar): string {
    const time = format.time(atMs);
    const said = `${time}: ${words.volume.approved} ${write(approved)}`;
    return isCount ? `${said}, ${words.volume.declined} ${write(declined)}` : said;
  }
}

function MinuteTable(props: {
  readonly bars: readonly Bar[];
  readonly hasDeclined: boolean;
  readonly write: (value: number) => string;
}) {
  const { format } = useOperations();
  const { bars, hasDeclined, write } = props;
  const said = words.volume;
  const columns: readonly Column<Bar>[] = [
    { name: said.minute, cell: ({ atMs }) => format.time(atMs), isRowName: true },
    { name: said.approved, cell: ({ approved }) => write(approved), isNumber: true },
    { name: said.declined, cell: ({ declined }) => write(declined), isNumber: true },
  ];
  return (
    <details className="details">
      <summary>{said.table}</summary>
      <DataTable
        caption={said.title}
        rows={bars}
        keyOf={({ atMs }) => `${atMs}`}
        columns={hasDeclined ? columns : columns.slice(0, -1)}
      />
    </details>
  );
}

function Choice(props: {
  readonly currencies: readonly string[];
  readonly shown: string;
  readonly onChange: (shown: string) => void;
}) {
  const name = useId();
  const choices = [
    [COUNT, words.volume.count],
    ...props.currencies.map((each) => [each, words.volume.money(currencyLetters(each))] as const),
  ] as const;
  return (
    <fieldset className="choice">
      <legend className="spoken">{words.volume.show}</legend>
      {choices.map(([value, said]) => (
        <label key={value} className="choice-option">
          <input
            type="radio"
            name={name}
            value={value}
            checked={value === props.shown}
            onChange={() => props.onChange(value)}
          />
          <span>{said}</span>
        </label>
      ))}
    </fieldset>
  );
}

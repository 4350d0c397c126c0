import type { ReactNode } from 'react';

/** One column: its heading, and what a row has in it. */
export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers are set at the end of their cell. */
  readonly isNumber?: boolean;
  /** The column that names its row. */
  readonly isRowName?: boolean;
}

/** A table with a caption for screen readers; wider than its place, it scrolls within it. */
export function DataTable<Row>(props: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}) {
  const { caption, columns, rows, keyOf } = props;
  return (
    // A keyboard must be able to scroll it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    // biome-ignore lint/a11y/useSemanticElements: a section with a name, and nothing to submit
    <div className="table-place" tabIndex={0} role="group" aria-label={caption}>
      <table className="table">
        <caption className="spoken">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, isNumber }) => (
              <th key={name} scope="col" className={isNumber ? 'table-number' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ name, cell, isNumber, isRowName }) => {
                const look = isNumber ? 'table-number' : undefined;
                return isRowName ? (
                  <th key={name} scope="row" className={look}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={name} className={look}>
                    {cell(row)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

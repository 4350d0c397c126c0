/** A currency by its letters. */
export interface CurrencyCode {
  /** ISO 4217 numeric, three digits. */
  readonly numeric: string;
  /** Digits of its minor unit. */
  readonly exponent: number;
}

const ROWS: readonly (readonly [letters: string, numeric: string, exponent: number])[] = [
  ['AUD', '036', 2],
  ['BHD', '048', 3],
  ['CAD', '124', 2],
  ['CHF', '756', 2],
  ['CZK', '203', 2],
  ['DKK', '208', 2],
  ['EUR', '978', 2],
  ['GBP', '826', 2],
  ['HUF', '348', 2],
  ['ISK', '352', 0],
  ['JPY', '392', 0],
  ['KWD', '414', 3],
  ['NOK', '578', 2],
  ['NZD', '554', 2],
  ['PLN', '985', 2],
  ['RON', '946', 2],
  ['SEK', '752', 2],
  ['USD', '840', 2],
];

/** Currencies that a bank's statement may be in. Source: ISO 4217:2015, list one. */
export const CURRENCY_CODES: ReadonlyMap<string, CurrencyCode> = new Map(
  ROWS.map(([letters, numeric, exponent]) => [letters, { numeric, exponent }]),
);

import { type ShopFormat, shopFormat } from '../ui/money.ts';
import { currencyLetters } from './currency.ts';

/** Writes amounts, moments and counts as whoever looks at them reads them. */
export interface OperationsFormat {
  /** Minor units as the API has them, beside ISO 4217 digits. */
  readonly money: (minor: string | bigint, currency: string) => string;
  /** With seconds: what matters here happened a moment ago. */
  readonly time: (at: string | number) => string;
  readonly date: (at: string | number) => string;
  readonly dateTime: (at: string | number) => string;
  /** Without the year where it is this one. */
  readonly shortDateTime: (at: string | number) => string;
  readonly count: (value: number) => string;
  /** Of a part in a whole; a dash of nothing. */
  readonly percent: (part: number, whole: number) => string;
  readonly milliseconds: (value: number | null) => string;
}

/** Builds it for a locale, BCP 47; one that Intl refuses is read as English. */
export function operationsFormat(locale: string): OperationsFormat {
  const language = acceptedLocale(locale);
  const shops = new Map<string, ShopFormat>();
  const shopOf = (currency: string) => {
    const letters = currencyLetters(currency);
    const shop = shops.get(letters) ?? shopFormat(language, letters);
    shops.set(letters, shop);
    return shop;
  };
  const numbers = new Intl.NumberFormat(language);
  const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const times = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  const dates = new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  const both = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  const thisYear = new Intl.DateTimeFormat(language, {
    ...{ day: 'numeric', month: 'short' },
    ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  const short = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  return {
    money: (minor, currency) => shopOf(currency).money(BigInt(minor)),
    time: (at) => times.format(new Date(at)),
    date: (at) => dates.format(new Date(at)),
    dateTime: (at) => both.format(new Date(at)),
    shortDateTime: (at) => {
      const isThisYear = new Date(at).getFullYear() === new Date().getFullYear();
      return (isThisYear ? thisYear : both).format(new Date(at));
    },
    count: (value) => numbers.format(value),
    percent: (part, whole) => (whole === 0 ? '–' : percents.format(part / whole)),
    milliseconds: (value) => (value === null ? '–' : `${short.format(value)} ms`),
  };
}

/** How long something took or is ago, in its largest unit: `45 s`, `12 min`, `3 h`, `5 d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 100) return `${seconds} s`;
  if (seconds < 100 * 60) return `${Math.floor(seconds / 60)} min`;
  const hours = Math.floor(seconds / 3_600);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}

function acceptedLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

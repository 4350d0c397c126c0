/** Writes amounts and dates as the shop's customers read them. */
export interface ShopFormat {
  /** `14.30`: the digits alone, for rows and headlines. */
  readonly amount: (minor: bigint) => string;
  /** `€14.30`: with the currency, for totals on receipts and for screen readers. */
  readonly money: (minor: bigint) => string;
  readonly dateTime: (atMs: number) => string;
  readonly time: (atMs: number) => string;
  readonly number: (value: number) => string;
}

/**
 * Builds the format of a shop. `locale` is BCP 47 and `currency` ISO 4217 letters; a locale that
 * Intl refuses is read as English, a currency that it refuses is written after the amount.
 */
export function shopFormat(locale: string, currency: string): ShopFormat {
  const language = acceptedLocale(locale);
  const withCurrency = currencyFormat(language, currency);
  const fractionDigits = withCurrency?.resolvedOptions().maximumFractionDigits ?? 2;
  const plain = new Intl.NumberFormat(language, {
    minimumFractionDigits: fractionDigits,
    maximumFractionDigits: fractionDigits,
  });
  const amount = (minor: bigint) => plain.format(decimalText(minor, fractionDigits));
  return {
    amount,
    money: (minor) =>
      withCurrency?.format(decimalText(minor, fractionDigits)) ?? `${amount(minor)} ${currency}`,
    dateTime: dateFormat(language, { dateStyle: 'medium', timeStyle: 'short' }),
    time: dateFormat(language, { timeStyle: 'short' }),
    number: (value) => new Intl.NumberFormat(language).format(value),
  };
}

/** Minor units as an exact decimal text that Intl takes without a detour through floating point. */
function decimalText(minor: bigint, fractionDigits: number): Intl.StringNumericLiteral {
  const sign = minor < 0n ? '-' : '';
  const digits = (minor < 0n ? -minor : minor).toString().padStart(fractionDigits + 1, '0');
  const whole = digits.slice(0, digits.length - fractionDigits);
  const fraction = digits.slice(digits.length - fractionDigits);
  const text = fractionDigits === 0 ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
  return text as Intl.StringNumericLiteral;
}

function acceptedLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en';
  } catch {
    return 'en';
  }
}

function currencyFormat(locale: string, currency: string): Intl.NumberFormat | undefined {
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency });
  } catch {
    return undefined;
  }
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions) {
  const format = new Intl.DateTimeFormat(locale, options);
  return (atMs: number) => format.format(atMs);
}

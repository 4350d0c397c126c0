/** A day as six digits, YYMMDD, as tag 9A holds it. Years 00 to 49 are of this century. */
export type TransactionDate = string;

/** Whether one day comes after another. Source: EMV 4.4 Book 4, 6.7.3. */
export function isAfter(date: TransactionDate, other: TransactionDate): boolean {
  return dayOf(date) > dayOf(other);
}

/** The day with its century, YYYYMMDD. */
export function dayOf(date: TransactionDate): string {
  return (date < '50' ? '20' : '19') + date;
}

/**
 * Whether a certificate's expiry (2 bytes, MMYY) is over on `date`: it is valid to the last day of
 * that month. An expiry that is no month of any year is over. Source: EMV 4.4 Book 2, 5.3 and 6.4,
 * step 9 of each.
 */
export function isCertificateExpired(expiry: Uint8Array, date: TransactionDate): boolean {
  const [month = 0, year = 0] = [...expiry].map(twoDigits);
  if (month < 1 || month > 12 || year < 0) return true;
  const pad = (number: number): string => String(number).padStart(2, '0');
  return isAfter(date, `${pad(year)}${pad(month)}31`);
}

function twoDigits(byte: number): number {
  return byte >> 4 > 9 || (byte & 15) > 9 ? -1 : 10 * (byte >> 4) + (byte & 15);
}

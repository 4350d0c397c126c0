/**
 * Completes twelve digits to an EAN-13 with its check digit (GS1 General Specifications, 7.9).
 * Throws on anything but twelve digits.
 */
export function ean13(firstTwelve: string): string {
  if (!/^\d{12}$/.test(firstTwelve)) throw new RangeError('an EAN-13 is made of twelve digits');
  let sum = 0;
  for (const [i, digit] of [...firstTwelve].entries()) sum += Number(digit) * (i % 2 === 0 ? 1 : 3);
  return `${firstTwelve}${(10 - (sum % 10)) % 10}`;
}

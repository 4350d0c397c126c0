/** ISO 4217: letters by digits, of the currencies that a point of sale is likely to see. */
const LETTERS: Readonly<Record<string, string>> = {
  '036': 'AUD',
  '048': 'BHD',
  '124': 'CAD',
  '156': 'CNY',
  '203': 'CZK',
  '208': 'DKK',
  '344': 'HKD',
  '348': 'HUF',
  '352': 'ISK',
  '356': 'INR',
  '376': 'ILS',
  '392': 'JPY',
  '410': 'KRW',
  '414': 'KWD',
  '484': 'MXN',
  '554': 'NZD',
  '578': 'NOK',
  '702': 'SGD',
  '710': 'ZAR',
  '752': 'SEK',
  '756': 'CHF',
  '784': 'AED',
  '826': 'GBP',
  '840': 'USD',
  '946': 'RON',
  '949': 'TRY',
  '975': 'BGN',
  '978': 'EUR',
  '985': 'PLN',
  '986': 'BRL',
};

/** Letters of a currency for people; its digits where they are not known here. */
export function currencyLetters(digits: string): string {
  return LETTERS[digits] ?? digits;
}

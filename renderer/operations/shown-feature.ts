import type { Story } from './cloud-client.ts';
import { currencyLetters } from './currency.ts';
import type { OperationsFormat } from './format.ts';
import { storyWords } from './story-words.ts';

type Features = NonNullable<Story['decision']>['features'];

/** A feature's value for people: amounts in their currency, rates to six places. */
export function shownFeature(name: string, features: Features, format: OperationsFormat): string {
  const value = features[name];
  const currency = `${features['currency'] ?? ''}`.padStart(3, '0');
  if (value === null || value === undefined) return storyWords.unknownValue;
  if (name === 'currency') return currencyLetters(currency);
  if (typeof value !== 'number') return String(value);
  const isAmount = name.endsWith('Minor') && Number.isSafeInteger(value);
  return isAmount ? format.money(BigInt(value), currency) : `${Math.round(value * 1e6) / 1e6}`;
}

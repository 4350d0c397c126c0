import { expect, it } from 'vitest';
import { searchWords } from './search-words.ts';

it.each([
  ['Crème fraîche, 200 g', ['creme', 'fraiche', '200', 'g']],
  ['  JALAPEÑO--peppers ', ['jalapeno', 'peppers']],
  ["Goat’s cheese, goat's", ['goats', 'cheese', 'goats']],
  ['500g 1.5l', ['500', 'g', '1', '5', 'l']],
  ['Weißbier smørrebrød œuf', ['weissbier', 'smorrebrod', 'oeuf']],
  ['"*() OR', ['or']],
  ['', []],
])('cuts %s into words', (text, words) => {
  expect(searchWords(text)).toEqual(words);
});

/** Letters that Unicode does not decompose, as people type them without a fitting keyboard. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/**
 * The words of a text, folded so that `Crème fraîche`, `CREME FRAICHE` and `creme-fraiche` are the
 * same. Letters and digits are words of their own: `500g` is `500 g`. Apostrophes join.
 */
export function searchWords(text: string): readonly string[] {
  const folded = text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\p{M}'’]/gu, '')
    .replace(/[^\p{ASCII}]/gu, (letter) => PLAIN[letter] ?? letter);
  return folded.match(/\p{L}+|\p{N}+/gu) ?? [];
}

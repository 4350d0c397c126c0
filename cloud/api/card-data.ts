import { isPan } from '../acquirer/authorisation-request.ts';

/**
 * Whether a text has what may be a card's number: 13 to 19 digits with a right check digit, alone
 * or in groups with a space or a hyphen between them; or such digits within 20 and more. A number
 * of another kind may pass for one; one in ten does.
 */
export function mayHoldCardNumber(text: string): boolean {
  for (const [run] of text.matchAll(/\d(?:[ -]?\d){12,}/g)) {
    const groups = run.split(/[ -]/);
    for (const start of groups.keys()) {
      let digits = '';
      for (const group of groups.slice(start)) {
        digits += group;
        if (digits.length > 19) break;
        if (digits.length >= 13 && isPan(digits)) return true;
      }
    }
    if (groups.some((group) => group.length > 19 && holdsNumber(group))) return true;
  }
  return false;
}

function holdsNumber(digits: string): boolean {
  for (let length = 13; length <= 19; length++) {
    for (let start = 0; start + length <= digits.length; start++) {
      if (isPan(digits.slice(start, start + length))) return true;
    }
  }
  return false;
}

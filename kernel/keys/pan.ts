import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';

/** A primary account number: 1 to 19 digits, checked. ISO/IEC 7812-1, 4. */
export type Pan = string & { readonly __brand: 'Pan' };

/** Reads a PAN. Errors: `bad-pan-length`, `bad-pan-digit`. Its check digit is not looked at. */
export function parsePan(text: string): Result<Pan, Malformed<'bad-pan-length' | 'bad-pan-digit'>> {
  const bad = text.search(/[^0-9]/);
  if (bad >= 0) return malformed('bad-pan-digit', 'pan', bad);
  if (text.length < 1 || text.length > 19) return malformed('bad-pan-length', 'pan', text.length);
  return ok(text as Pan);
}

/** Whether the last digit is the check digit of the others. ISO/IEC 7812-1, annex B. */
export function hasValidCheckDigit(pan: Pan): boolean {
  let sum = 0;
  for (let i = 0; i < pan.length; i++) {
    const digit = pan.charCodeAt(pan.length - 1 - i) - 48;
    const doubled = i % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

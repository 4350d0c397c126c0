import type { TagStore } from '../outcome.ts';
import type { Kernel3Transaction } from './transaction.ts';

/**
 * The data record of kernel 3, and beside it what the host's messages name: the kind of cryptogram,
 * the application, the terminal's type. Source: EMV Contactless Book C-3, annex on the data record.
 */
const TAGS = [
  '9F02',
  '9F03',
  '9F26',
  '9F27',
  '82',
  '9F36',
  '5F34',
  '9F7C',
  '9F10',
  '9F39',
  '9F1A',
  '9F33',
  '9F35',
  '57',
  '5F24',
  '5F2A',
  '9A',
  '9C',
  '9F21',
  '9F37',
  '95',
  '9F6C',
  '9F6E',
  '84',
] as const;

/** How the PAN was read: contactless, by the chip (9F39) or by what is on the stripe. */
const CHIP = 0x07;
const MAGNETIC_STRIPE = 0x91;
const FORM_FACTOR_KNOWN_BITS = 0xf0;

/** What an outcome carries of a transaction. */
export function dataRecordOf(
  { activation, terminal, card }: Kernel3Transaction,
  mode: 'chip' | 'magnetic-stripe' = 'chip',
): TagStore {
  const all = new Map([...terminal, ...card]);
  if (!all.has('84')) all.set('84', activation.candidate.adfName);
  all.set('9F39', Uint8Array.of(mode === 'chip' ? CHIP : MAGNETIC_STRIPE));
  const formFactor = all.get('9F6E')?.slice();
  if (formFactor && formFactor.length > 3) {
    // The low half of byte 4 is the reader's to say, and this one says nothing.
    formFactor[3] = (formFactor[3] ?? 0) & FORM_FACTOR_KNOWN_BITS;
    all.set('9F6E', formFactor);
  }
  const record = new Map<string, Uint8Array>();
  for (const tag of TAGS) {
    const value = all.get(tag);
    if (value) record.set(tag, value);
  }
  return record;
}

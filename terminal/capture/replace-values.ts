import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { decodeLatin1, encodeAscii } from '#kernel/bytes/ascii.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { tagSensitivity } from '#kernel/emv/dictionary/tags.ts';

/** Accounts that no issuer gives out: those of Tessera's own test wearables. */
const TEST_PREFIX = '999999';
const BIN_DIGITS = 6;
/** Certificates hold the PAN for whoever has the keys over them, which are public. */
const CERTIFICATES: readonly string[] = ['9F46', '9F2D'];
/** What proves something to an issuer or a terminal, beside the application cryptogram. */
const PROOFS: readonly string[] = ['9F26', '9F4B', '93', '9F60', '9F61'];

/**
 * Stand-ins for what must not leave the machine, of the same length, the same for the same value
 * within one capture. Of a PAN the first six digits stay, and the check digit is right; the others
 * are counted. A track keeps its expiry and service code, a name becomes letters; anything else is
 * made with a key that is thrown away.
 */
export class StandIns {
  /** Whether a card number, or what is covered by one, was replaced. */
  hasReplaced = false;
  readonly #key: Uint8Array;
  readonly #pans = new Map<string, string>();
  readonly #values = new Map<string, Uint8Array>();

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Whether every card number so far is of a test account. */
  get areTestAccounts(): boolean {
    return (
      this.#pans.size > 0 && [...this.#pans.keys()].every((pan) => pan.startsWith(TEST_PREFIX))
    );
  }

  /** Values and their stand-ins, as hex; the longest first. */
  replaced(): readonly (readonly [before: string, after: string])[] {
    const pairs = [...this.#values].map(([before, after]) => [before, encodeHex(after)] as const);
    return pairs.sort(([a], [b]) => b.length - a.length);
  }

  /** Takes note of a card number before values that depend on it are replaced. */
  note(tag: string, value: Uint8Array): void {
    const digits = encodeHex(value);
    if (tag === '5A') this.#panOf(digits.replace(/F+$/, ''));
    if (tag === '57' || tag === '9F6B') this.#panOf(/^(\d{8,19})D/.exec(digits)?.[1]);
    if (tag === '56') this.#panOf(/^B(\d{8,19})\^/.exec(decodeLatin1(value))?.[1]);
  }

  /** What stands in for the value of a card's object: itself where it may be told. */
  of(tag: string, value: Uint8Array): Uint8Array {
    if (value.length === 0) return value;
    const known = this.#values.get(encodeHex(value));
    if (known) return known;
    const standIn = this.#standIn(tag, value);
    if (standIn !== value) {
      this.hasReplaced = true;
      if (value.length > 3) this.#values.set(encodeHex(value), standIn);
    }
    return standIn;
  }

  /** Of a cryptogram: itself for a test account. */
  ofProof(value: Uint8Array): Uint8Array {
    return this.areTestAccounts ? value : this.of('9F26', value);
  }

  #standIn(tag: string, value: Uint8Array): Uint8Array {
    const digits = encodeHex(value);
    if (PROOFS.includes(tag)) return this.areTestAccounts ? value : this.#noise(tag, value);
    if (CERTIFICATES.includes(tag)) return this.#noise(tag, value);
    if (tag === '5A') {
      const pan = digits.replace(/F+$/, '');
      return hex(this.#panOf(pan) + digits.slice(pan.length));
    }
    if (tag === '57' || tag === '9F6B') {
      const track = /^(\d{8,19})(D\d{0,7})(\d*F?)$/.exec(digits);
      if (track) return hex(this.#panOf(track[1]) + track[2] + track[3]?.replaceAll(/\d/g, '0'));
      return tag === '57' ? this.#noise(tag, value) : value;
    }
    if (tag === '56') return this.#trackOne(value);
    if (tag === '5F20' || tag === '9F0B') return letters(value);
    if (tag === '9F1F') return encodeAscii('0'.repeat(value.length));
    if (tag === '9F20') return hex(digits.replaceAll(/\d/g, '0'));
    return tagSensitivity(tag) === 'none' ? value : this.#noise(tag, value);
  }

  /** B PAN ^ name ^ expiry and service code, then what is the issuer's. ISO/IEC 7813. */
  #trackOne(value: Uint8Array): Uint8Array {
    const track = /^B(\d{8,19})\^([^^]*)\^(\d{0,7})(.*)$/.exec(decodeLatin1(value));
    if (!track) return this.#noise('56', value);
    const [, pan, name = '', head = '', rest = ''] = track;
    const shown = decodeLatin1(letters(encodeAscii(name)));
    return encodeAscii(`B${this.#panOf(pan)}^${shown}^${head}${'0'.repeat(rest.length)}`);
  }

  #panOf(pan: string | undefined): string {
    if (!pan) return '';
    const known = this.#pans.get(pan);
    if (known) return known;
    const head = pan.slice(0, BIN_DIGITS);
    const counted = `${this.#pans.size}`.padStart(Math.max(0, pan.length - BIN_DIGITS - 1), '0');
    const standIn = withCheckDigit(`${head}${counted}`.slice(0, Math.max(0, pan.length - 1)));
    this.#pans.set(pan, standIn);
    return standIn;
  }

  #noise(tag: string, value: Uint8Array): Uint8Array {
    const seed = hmac(sha256, this.#key, concatBytes(hex(tag), value));
    const blocks = Array.from({ length: Math.ceil(value.length / seed.length) }, (_, i) =>
      hmac(sha256, seed, Uint8Array.of(i)),
    );
    return concatBytes(...blocks).subarray(0, value.length);
  }
}

/** The separators of a name stay, its letters do not. */
function letters(value: Uint8Array): Uint8Array {
  return encodeAscii(decodeLatin1(value).replaceAll(/[^ /.]/g, 'X'));
}

/** Source: ISO/IEC 7812-1, annex B (Luhn). */
function withCheckDigit(digits: string): string {
  let sum = 0;
  for (const [i, digit] of [...digits].reverse().entries()) {
    const doubled = Number(digit) * (i % 2 === 0 ? 2 : 1);
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

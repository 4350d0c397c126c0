import { parseHex } from '../../bytes/hex.ts';
import type { ConfigurationFault, ConfigurationFaultKind } from './configuration.ts';

/** The members of a JSON object. */
type Members = Readonly<Record<string, unknown>>;

/**
 * Reads the members of a configuration and collects every fault, not the first alone: a member that
 * is missing or wrong gives an empty value. What was not asked for is a fault at `end`.
 */
export class MemberReader {
  readonly #members: Members;
  readonly #path: string;
  readonly #faults: ConfigurationFault[];
  readonly #asked = new Set<string>();

  constructor(value: unknown, faults: ConfigurationFault[], path = '') {
    this.#path = path;
    this.#faults = faults;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isObject) this.refuse('not-an-object');
    this.#members = isObject ? (value as Members) : {};
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  names(): readonly string[] {
    return Object.keys(this.#members);
  }

  text(name: string): string {
    const value = this.#required(name);
    if (value === undefined) return '';
    return typeof value === 'string' ? value : this.refuse('not-text', name, '');
  }

  /** One of these words; the first where it is none. */
  word<T extends string>(name: string, words: readonly [T, ...T[]]): T {
    const value = this.text(name);
    const found = words.find((word) => word === value);
    return found ?? (value === '' ? words[0] : this.refuse('unknown-word', name, words[0]));
  }

  digits(name: string, length: number): string {
    const value = this.text(name);
    if (value === '') return '0'.repeat(length);
    const isRight = value.length === length && /^\d+$/.test(value);
    return isRight ? value : this.refuse('not-digits', name, '0'.repeat(length));
  }

  /** Hex of either case, of a length in these bounds. */
  bytes(name: string, smallest: number, largest: number): Uint8Array {
    const value = this.text(name);
    const parsed = parseHex(value);
    if (!parsed.ok) return this.refuse('not-hex', name, new Uint8Array(0));
    const { length } = parsed.value;
    if (length < smallest || length > largest) this.refuse('length', name);
    return parsed.value;
  }

  /** A decimal string of minor units, at most twelve digits. */
  amountMinor(name: string): bigint {
    const value = this.text(name);
    if (/^\d{1,12}$/.test(value)) return BigInt(value);
    return value === '' ? 0n : this.refuse('not-an-amount', name, 0n);
  }

  /** A whole number from 0 to `largest`. */
  count(name: string, largest: number): number {
    const value = this.#required(name);
    if (value === undefined) return 0;
    const isCount =
      typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= largest;
    return isCount ? value : this.refuse('not-a-number', name, 0);
  }

  flag(name: string): boolean {
    const value = this.#required(name);
    return typeof value === 'boolean' ? value : this.refuse('not-a-flag', name, false);
  }

  /** A day, YYYY-MM-DD, or `null`. */
  date(name: string): string | null {
    const value = this.#get(name);
    if (value === null) return null;
    const text = this.text(name);
    return text === '' || /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text)
      ? text
      : this.refuse('not-a-date', name, null);
  }

  object(name: string): MemberReader {
    return new MemberReader(this.#get(name) ?? {}, this.#faults, this.pathOf(name));
  }

  /** Each object of a list; none where there is no such member. */
  objects(name: string): readonly MemberReader[] {
    return this.#list(name).map(
      (item, i) => new MemberReader(item, this.#faults, `${this.pathOf(name)}.${i}`),
    );
  }

  texts(name: string): readonly string[] {
    return this.#list(name).map((item, i) =>
      typeof item === 'string' ? item : this.refuse('not-text', `${name}.${i}`, ''),
    );
  }

  /** Refuses a member, or the whole; gives `instead`. */
  refuse<T = undefined>(kind: ConfigurationFaultKind, name = '', instead?: T): T {
    this.#faults.push({ kind, path: this.pathOf(name) });
    return instead as T;
  }

  /** Refuses the members that nobody asked for. */
  end(): void {
    for (const name of this.names()) {
      if (!this.#asked.has(name)) this.refuse('unknown-member', name);
    }
  }

  pathOf(name: string): string {
    if (name === '') return this.#path;
    return this.#path === '' ? name : `${this.#path}.${name}`;
  }

  #list(name: string): readonly unknown[] {
    const value = this.#get(name);
    if (value === undefined) return [];
    return Array.isArray(value) ? value : this.refuse('not-a-list', name, []);
  }

  #required(name: string): unknown {
    const value = this.#get(name);
    return value === undefined ? this.refuse('missing', name) : value;
  }

  #get(name: string): unknown {
    this.#asked.add(name);
    return Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
  }
}

import { encodeHex } from '../../bytes/hex.ts';
import type { ReaderCombination } from '../contactless/input.ts';
import { valueMeanings } from '../dictionary/meanings.ts';
import { tagEntry } from '../dictionary/tags.ts';
import type { CaKeyRecord, EmvConfiguration } from './configuration.ts';

/** One difference between two configurations. */
export interface ConfigurationDifference {
  /** What it is about, for people: `AID A000000003, kernel 3: floor limit`. */
  readonly what: string;
  /** For people; `undefined` where there was none. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** Of a coded value: what it says now and did not, with `+`, and the other way with `-`. */
  readonly meanings: readonly string[];
}

/** What is set, by what it is about; each may be there once. */
type Settings = ReadonlyMap<string, Setting>;

interface Setting {
  readonly shown: string;
  readonly meanings: readonly string[];
}

/**
 * What changes for a terminal that goes from one configuration to another, in words: limits as
 * amounts, coded values with the bits that differ. The order of combinations counts, that of
 * everything else does not.
 */
export function diffConfigurations(
  before: EmvConfiguration,
  after: EmvConfiguration,
): readonly ConfigurationDifference[] {
  const [old, now] = [settingsOf(before), settingsOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.flatMap((what) => {
    const [was, is] = [old.get(what), now.get(what)];
    if (was?.shown === is?.shown) return [];
    const [lost, gained] = [was?.meanings ?? [], is?.meanings ?? []];
    const meanings = [
      ...gained.filter((one) => !lost.includes(one)).map((one) => `+ ${one}`),
      ...lost.filter((one) => !gained.includes(one)).map((one) => `- ${one}`),
    ];
    return [{ what, before: was?.shown, after: is?.shown, meanings }];
  });
}

function settingsOf(configuration: EmvConfiguration): Settings {
  const { mode, version, currency, currencyExponent, country } = configuration;
  const settings = new Map<string, Setting>();
  const set = (what: string, shown: string): unknown => settings.set(what, { shown, meanings: [] });
  set('Mode', mode);
  set('Version', version);
  set('Currency', currency);
  set('Currency exponent', `${currencyExponent}`);
  set('Country', country);
  if (configuration.terminalCategory) {
    set('Terminal category', encodeHex(configuration.terminalCategory));
  }
  addData(settings, 'Terminal', configuration.terminalData);
  for (const combination of configuration.combinations) {
    addCombination(settings, combination, currencyExponent);
  }
  set('Order of the combinations', configuration.combinations.map(nameOf).join('; '));
  for (const key of configuration.caKeys) set(`CA key ${key.rid} ${key.index}`, shownKey(key));
  for (const { rid, index, serial } of configuration.revokedCertificates) {
    const name = [rid, Uint8Array.of(index), serial].map(encodeHex).join(' ');
    set(`Revoked certificate ${name}`, 'revoked');
  }
  return settings;
}

function nameOf({ aid, kernelId, transactionTypes }: ReaderCombination): string {
  const types = transactionTypes ? `, types ${transactionTypes.join(' ')}` : '';
  return `AID ${aid}, kernel ${kernelId}${types}`;
}

function addCombination(
  settings: Map<string, Setting>,
  combination: ReaderCombination,
  exponent: number,
): void {
  const name = nameOf(combination);
  const { limits, statusCheck, zeroAmountAllowed, extendedSelection, data } = combination;
  const set = (what: string, shown: string | undefined): void => {
    if (shown !== undefined) settings.set(`${name}: ${what}`, { shown, meanings: [] });
  };
  const amount = (minor: bigint | undefined): string | undefined =>
    minor === undefined ? undefined : shownAmount(minor, exponent);
  const flag = (value: boolean | undefined): string | undefined =>
    value === undefined ? undefined : value ? 'yes' : 'no';
  set('offered', 'yes');
  set('transaction limit', amount(limits.transactionMinor));
  set('floor limit', amount(limits.floorMinor));
  set('verification required from', amount(limits.cvmRequiredMinor));
  set('status check', flag(statusCheck));
  set('zero amount allowed', flag(zeroAmountAllowed));
  set('extended selection', flag(extendedSelection));
  addData(settings, name, data, combination.kernelId);
}

function addData(
  settings: Map<string, Setting>,
  name: string,
  data: Readonly<Record<string, Uint8Array>>,
  kernel?: number,
): void {
  for (const [tag, value] of Object.entries(data)) {
    const entry = tagEntry(tag, { kernel });
    const what = entry ? `${tag} ${entry.name}` : tag;
    const meanings = entry ? valueMeanings(entry, value, kernel) : [];
    settings.set(`${name}: ${what}`, { shown: encodeHex(value), meanings });
  }
}

function shownKey({ environment, expiry, modulus, checksum }: CaKeyRecord): string {
  const until = expiry === null ? 'no stated expiry' : `until ${expiry}`;
  return `${environment}, ${modulus.length * 4} bits, ${until}, checksum ${checksum.slice(0, 8)}…`;
}

function shownAmount(minor: bigint, exponent: number): string {
  const digits = minor.toString().padStart(exponent + 1, '0');
  if (exponent === 0) return digits;
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

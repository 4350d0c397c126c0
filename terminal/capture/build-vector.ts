import { runTransaction } from '#certify/kinds/transaction.ts';
import type { Json, JsonObject } from '#certify/vector-kind.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { ContactlessInput } from '#kernel/emv/contactless/input.ts';
import { decodeTlv } from '#kernel/tlv/ber.ts';
import type { CapturedData } from './replace-sensitive.ts';
import { type NotReplaceable, type ReplacedData, replaceSensitive } from './replace-sensitive.ts';

/** A transaction as it was watched. */
export interface CapturedTransaction extends CapturedData {
  readonly input: ContactlessInput;
  /** What the issuer answered (DE 39); none where it did not. */
  readonly responseCode: string | undefined;
}

/** Why there is no vector of a transaction. */
export type NotCaptured =
  | NotReplaceable
  /** The kernel does not come to the same end when the exchange is played to it. */
  | 'not-reproducible';

const RELAY_RESISTANCE = 'EA';
const UNDER_SIGNATURE =
  'Card data was replaced. Certificates and signatures that cover it no longer verify: what was ' +
  'verified when it was captured is expected to fail here.';
const COMMAND_CHANGED = 'Not compared: what was sent here depends on data that was replaced.';

/**
 * Makes a file with one `transaction` vector of a contactless transaction, without sensitive data.
 * What it expects is what the kernel gives when the vector is played to it; the exchange as it was
 * is played first, and must go through command for command. `key`: random bytes, used once.
 */
export function buildVector(
  captured: CapturedTransaction,
  id: string,
  key: Uint8Array,
): Result<JsonObject, NotCaptured> {
  const live = played(captured, captured, new Set());
  if (!live) return fail('not-reproducible');
  const replaced = replaceSensitive(captured, key);
  if (!replaced.ok) return replaced;
  const kept = played(captured, replaced.value, new Set());
  if (!kept) return fail('not-reproducible');
  const notes = [
    ...(replaced.value.isUnderSignature ? [UNDER_SIGNATURE] : []),
    ...(sameEnd(live.result, kept.result) ? [] : [`As captured: ${endOf(live.result)}.`]),
  ];
  return ok({
    schema: 'tessera-vectors-1',
    kind: 'transaction',
    source: 'Captured by a Tessera terminal, sensitive data replaced',
    vectors: [
      {
        id,
        comment: notes.join(' '),
        flags: kept.open.size > 0 ? ['commands-not-compared'] : [],
        result: 'valid',
        input: kept.input,
        expect: expected(kept.result),
      },
    ],
  });
}

interface Played {
  readonly input: JsonObject;
  readonly result: JsonObject;
  /** The commands that are not compared. */
  readonly open: ReadonlySet<number>;
}

/** Plays an exchange to the kernel; a command that came out otherwise is not compared. */
function played(
  captured: CapturedTransaction,
  data: CapturedData | ReplacedData,
  open: ReadonlySet<number>,
): Played | undefined {
  const input = vectorInput(captured, data, open);
  const run = runTransaction(input);
  if (run.ok) return { input, result: run.value, open };
  const { kind, path } = run.error;
  const index = Number(/^exchange\.(\d+)$/.exec(path)?.[1] ?? Number.NaN);
  const mayOpen = 'isUnderSignature' in data && kind === 'command-differs' && !open.has(index);
  return mayOpen ? played(captured, data, new Set([...open, index])) : undefined;
}

function vectorInput(
  { input, responseCode }: CapturedTransaction,
  { pairs, issuerData }: CapturedData,
  open: ReadonlySet<number>,
): JsonObject {
  const { terminalCategory, presentations, caKeys = [], eccCaKeys = [] } = input;
  const country = `0${input.terminalCountry}`;
  return {
    interface: 'contactless',
    terminal: { ...hexByTag(input.terminalData), '9F1A': country },
    ...(terminalCategory && { terminalCategory: encodeHex(terminalCategory) }),
    ...(presentations !== undefined && { presentations }),
    readerCombinations: input.combinations.map(combination),
    caKeys: [
      ...caKeys.map(({ rid, index, modulus, exponent, expiry }) => ({
        ...keyName(rid, index),
        modulus: encodeHex(modulus),
        exponent: encodeHex(exponent),
        ...(expiry && { expiry }),
      })),
      ...eccCaKeys.map(({ rid, index, suite, x }) => ({
        ...keyName(rid, index),
        suite: encodeHex(Uint8Array.of(suite)),
        x: encodeHex(x),
      })),
    ],
    revokedCertificates: (input.revokedCertificates ?? []).map(({ rid, index, serial }) => ({
      ...keyName(rid, index),
      serial: encodeHex(serial),
    })),
    transaction: sale(input, pairs),
    exchange: pairs.map(({ command, response, elapsedUs }, i) => ({
      command: open.has(i) ? '*' : encodeHex(command),
      response: encodeHex(response),
      ...(encodeHex(command.subarray(1, 2)) === RELAY_RESISTANCE && { elapsedUs }),
      ...(open.has(i) && { comment: COMMAND_CHANGED }),
    })),
    ...(responseCode !== undefined && { host: { responseCode, ...issuerObjects(issuerData) } }),
  };
}

function keyName(rid: Uint8Array, index: number): JsonObject {
  return { rid: encodeHex(rid), index: encodeHex(Uint8Array.of(index)) };
}

function combination(one: ContactlessInput['combinations'][number]): JsonObject {
  const { aid, kernelId, transactionTypes, limits, data } = one;
  const { transactionMinor, floorMinor, cvmRequiredMinor } = limits;
  const limit = (name: string, minor: bigint | undefined): JsonObject =>
    minor === undefined ? {} : { [name]: `${minor}` };
  const flag = (name: 'statusCheck' | 'zeroAmountAllowed' | 'extendedSelection'): JsonObject =>
    one[name] === undefined ? {} : { [name]: one[name] };
  return {
    aid,
    kernelId,
    ...(transactionTypes && { transactionTypes }),
    limits: {
      ...limit('transaction', transactionMinor),
      ...limit('floor', floorMinor),
      ...limit('cvmRequired', cvmRequiredMinor),
    },
    ...flag('statusCheck'),
    ...flag('zeroAmountAllowed'),
    ...flag('extendedSelection'),
    data: hexByTag(data),
  };
}

/** Of the unpredictable numbers and keys those that may have been used: few enough to be read. */
function sale(input: ContactlessInput, pairs: CapturedData['pairs']): JsonObject {
  const { currencyExponent, unpredictableNumbers, ephemeralPrivateKeys = [] } = input;
  const used = MOST_NUMBERS_UNSENT + pairs.length;
  return {
    amount: `${input.amountMinor}`,
    amountOther: `${input.amountOtherMinor}`,
    currency: input.currency,
    ...(currencyExponent !== undefined && { currencyExponent }),
    type: input.transactionType,
    date: input.date,
    time: input.time,
    unpredictableNumbers: unpredictableNumbers.slice(0, used).map(encodeHex),
    ephemeralPrivateKeys: ephemeralPrivateKeys.slice(0, 1 + pairs.length).map(encodeHex),
  };
}

/** A kernel takes no more than these beside one for each command that it sends. */
const MOST_NUMBERS_UNSENT = 4;

function issuerObjects(issuerData: Uint8Array): JsonObject {
  const decoded = decodeTlv(issuerData);
  const objects = decoded.ok ? decoded.value : [];
  const valuesOf = (tag: string): readonly string[] =>
    objects.filter((one) => one.tag === tag).map(({ value }) => encodeHex(value));
  const members = (['91', '71', '72'] as const).map((tag) => [tag, valuesOf(tag)] as const);
  return Object.fromEntries(members.filter(([, values]) => values.length > 0));
}

function hexByTag(data: Readonly<Record<string, Uint8Array>>): JsonObject {
  return Object.fromEntries(Object.entries(data).map(([tag, value]) => [tag, encodeHex(value)]));
}

/** What a vector of this kind may expect. */
const EXPECTED = ['outcome', 'selectedAid', 'cid', 'tvr', 'cvmResults', 'oda', 'de55'] as const;

function expected(result: JsonObject): JsonObject {
  const members = EXPECTED.map((name): [string, Json | undefined] => [name, result[name]]);
  return Object.fromEntries(members.filter((one): one is [string, Json] => one[1] !== undefined));
}

function sameEnd(a: JsonObject, b: JsonObject): boolean {
  return endOf(a) === endOf(b);
}

function endOf({ outcome, oda, cvm }: JsonObject): string {
  return [outcome, oda, cvm].filter((part) => part !== undefined).join(', ');
}

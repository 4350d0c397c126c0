import { concatBytes, readUint } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import type {
  CardIdentity,
  ContactApplication,
  ContactInput,
  FreeStep,
} from '#kernel/emv/contact/input.ts';
import { bigintRsa } from '#kernel/emv/oda/rsa-bigint.ts';
import type { VectorInput } from '../vector-input.ts';
import type { Recording } from './recorded-exchange.ts';

/** What a terminal is where the vector does not say: all methods, attended, online-capable. */
const DEFAULT_TERMINAL = { '9F33': 'E0F8C8', '9F35': '22', '9F40': 'F000F0A001' } as const;
const PSE = '315041592E5359532E4444463031';
/** The longest key enciphers 248 bytes, 17 of which are not padding. */
const PADDING_BYTES = 231;
const DEFAULT_DDOL = '9F3704';
const [AAC, ARQC] = [0x00, 0x80] as const;

type ActionCodes = ContactApplication['actionCodes'];

/** Action codes by the tags that kernels of payment systems give them, and by name. */
const ACTION_CODES = [
  ['default', 'DF8120', 'tacDefault'],
  ['denial', 'DF8121', 'tacDenial'],
  ['online', 'DF8122', 'tacOnline'],
] as const;

/**
 * The contact kernel's input from a vector's. What a terminal may choose and the vector does not
 * state is as the recorded terminal did it: whether it looks for a directory, reads the PIN try
 * counter, asks for CDA with an ARQC or a final TC, and in which order it goes.
 */
export function contactInput(input: VectorInput, recording: Recording): ContactInput {
  const sale = input.object('transaction');
  const terminal = input.object('terminal');
  const commands = recording.pairs.map(({ command }) => command);
  const has = (pattern: RegExp): boolean => commands.some((command) => pattern.test(command));
  const terminalData = { ...bytesOf(terminal) };
  for (const [tag, value] of Object.entries(DEFAULT_TERMINAL)) terminalData[tag] ??= hex(value);
  // A terminal that is not said to be able to decide offline, and went online, may be unable to.
  if (!terminal.has('9F35') && controls(commands)[0] === ARQC) terminalData['9F35'] = hex('21');
  const country = terminal.has('9F1A') ? terminal.digits('9F1A', 4).slice(1) : '000';
  return {
    amountMinor: sale.amountMinor('amount'),
    amountOtherMinor: sale.has('amountOther') ? sale.amountMinor('amountOther') : 0n,
    transactionType: sale.has('type') ? sale.digits('type', 2) : '00',
    currency: sale.digits('currency', 3),
    terminalCountry: country,
    date: sale.digits('date', 6),
    time: sale.has('time') ? sale.digits('time', 6) : '000000',
    unpredictableNumbers: sale.bytesList('unpredictableNumbers'),
    pinPadding: padding(sale),
    randomNumber: sale.has('randomNumber') ? sale.count('randomNumber') : 99,
    terminalData,
    applications: applications(input, commands),
    usesDirectory: usesDirectory(commands),
    reselects: reselects(recording),
    cardholderSelects: input.has('cardholder') && input.object('cardholder').has('application'),
    order: order(commands),
    readsPinTryCounter: has(/^80CA9F17/),
    combinedSignature: { withArqc: !has(/^80AE80/), withFinalTc: !has(/^80AE40/) },
    forcedOnline: sale.json('forcedOnline') === true,
    rsa: bigintRsa,
    ...caKeys(input),
    revoked: listOf(input, 'revoked').map((each) => ({
      rid: each.bytes('rid'),
      index: each.bytes('index')[0] ?? -1,
      serial: each.bytes('serial'),
    })),
    exceptionFile: listOf(sale, 'exceptionFile').map(identity),
    transactionLog: listOf(sale, 'log').map((each) => ({
      ...identity(each),
      amountMinor: each.amountMinor('amount'),
    })),
  };
}

function bytesOf(input: VectorInput): Record<string, Uint8Array> {
  return Object.fromEntries(input.names().map((tag) => [tag.toUpperCase(), input.bytes(tag)]));
}

function listOf(input: VectorInput, name: string): readonly VectorInput[] {
  return input.has(name) ? input.objects(name) : [];
}

function identity(input: VectorInput): CardIdentity {
  const sequence = input.has('panSequenceNumber') && input.digits('panSequenceNumber', 2);
  return { pan: input.text('pan'), ...(sequence && { panSequenceNumber: sequence }) };
}

function padding(sale: VectorInput): Uint8Array {
  const given = sale.has('pinPadding') ? sale.bytes('pinPadding') : new Uint8Array(0);
  return concatBytes(given, new Uint8Array(PADDING_BYTES)).subarray(0, PADDING_BYTES);
}

function caKeys(input: VectorInput): Pick<ContactInput, 'caKeys' | 'eccCaKeys'> {
  const keys = listOf(input, 'caKeys');
  const named = (key: VectorInput) => ({
    rid: key.bytes('rid'),
    index: key.bytes('index')[0] ?? -1,
  });
  return {
    caKeys: keys
      .filter((key) => !key.has('x'))
      .map((key) => ({
        ...named(key),
        modulus: key.bytes('modulus'),
        exponent: key.bytes('exponent'),
        ...(key.has('expiry') &&
          key.json('expiry') !== null && { expiry: key.digits('expiry', 6) }),
      })),
    eccCaKeys: keys
      .filter((key) => key.has('x'))
      .map((key) => ({ ...named(key), x: key.bytes('x'), suite: key.bytes('suite')[0] ?? -1 })),
  };
}

function usesDirectory([first = '*']: readonly string[]): boolean {
  return first === '*' || first.includes(PSE);
}

/** Whether the terminal selected more than once by name before GET PROCESSING OPTIONS. */
function reselects({ pairs }: Recording): boolean {
  const at = pairs.findIndex(({ command }) => command.startsWith('80A8'));
  const before = at < 0 ? pairs : pairs.slice(0, at);
  const selected = before.filter(
    ({ command, response }) => nameSelected(command).length > 0 && response.length > 2,
  );
  return selected.length !== 1;
}

/**
 * The terminal's applications or, where none are given, every one that the recording selects. A
 * terminal that goes by names has the names that were recorded, where they are longer.
 */
function applications(
  input: VectorInput,
  commands: readonly string[],
): readonly ContactApplication[] {
  const selected = new Set(commands.flatMap(nameSelected));
  const given = listOf(input, 'readerCombinations');
  const recorded = recordedActionCodes(commands, input.has('host'));
  if (given.length === 0) return [...selected].map((aid) => defaultApplication(aid, recorded));
  return given.flatMap((each) => {
    const own = application(each, input.object('terminal'), recorded);
    const longer = [...selected].filter((aid) => aid.startsWith(own.aid));
    const isShorter = !usesDirectory(commands) && !selected.has(own.aid) && longer.length > 0;
    return isShorter ? longer.map((aid) => ({ ...own, aid })) : [own];
  });
}

/** The AID of a SELECT by name, first occurrence. */
function nameSelected(command: string): readonly string[] {
  const length = Number.parseInt(command.slice(8, 10), 16);
  const name = command.slice(10, 10 + 2 * length);
  const isAid = command.startsWith('00A40400') && length >= 5 && length <= 16;
  return isAid && name.length === 2 * length && name !== PSE ? [name] : [];
}

function defaultApplication(aid: string, actionCodes: ActionCodes): ContactApplication {
  const defaultDdol = hex(DEFAULT_DDOL);
  return { aid, allowsPartialName: true, data: {}, actionCodes, defaultDdol };
}

/** Of each GENERATE AC in turn, which cryptogram it asks for. */
function controls(commands: readonly string[]): readonly number[] {
  return commands
    .filter((command) => command.startsWith('80AE'))
    .map((command) => Number.parseInt(command.slice(4, 6), 16) & 0xc0);
}

/** Action codes that decide as the recorded terminal did, for a vector that states none. */
function recordedActionCodes(commands: readonly string[], hasHost: boolean): ActionCodes {
  const [first, second] = controls(commands);
  const all = new Uint8Array(5).fill(0xff);
  return {
    ...(first === AAC && { denial: all }),
    ...(first === ARQC && { online: all }),
    ...(second === AAC && !hasHost && { default: all }),
  };
}

function application(
  input: VectorInput,
  terminal: VectorInput,
  recorded: ActionCodes,
): ContactApplication {
  const data = input.has('data') ? bytesOf(input.object('data')) : {};
  const floor = floorLimit(input, data['9F1B'] ?? (terminal.has('9F1B') && terminal.bytes('9F1B')));
  const codes = ACTION_CODES.flatMap(([code, tag, name]) => {
    const holder = [input, terminal].find((each) => each.has(name));
    const value = holder?.bytes(name) ?? data[tag] ?? (terminal.has(tag) && terminal.bytes(tag));
    return value ? [[code, value] as const] : [];
  });
  return {
    aid: input.aid('aid'),
    allowsPartialName: input.json('partial') !== false && input.json('asi') !== 'exact',
    data,
    actionCodes: codes.length > 0 ? Object.fromEntries(codes) : recorded,
    ...(floor !== undefined && { floorLimitMinor: floor }),
    ...(input.has('randomSelection') && randomSelection(input.object('randomSelection'))),
    defaultDdol: input.has('defaultDdol') ? input.bytes('defaultDdol') : hex(DEFAULT_DDOL),
    ...(input.has('defaultTdol') && { defaultTdol: input.bytes('defaultTdol') }),
  };
}

function randomSelection(input: VectorInput): Pick<ContactApplication, 'randomSelection'> {
  return {
    randomSelection: {
      thresholdMinor: input.amountMinor('threshold'),
      targetPercent: input.count('target'),
      maximumTargetPercent: input.count('maximum'),
    },
  };
}

function floorLimit(input: VectorInput, tag: Uint8Array | false): bigint | undefined {
  const limits = input.has('limits') ? input.object('limits') : undefined;
  if (limits?.has('floor')) return limits.amountMinor('floor');
  return tag && tag.length === 4 ? BigInt(readUint(tag)) : undefined;
}

/** The free steps as the recorded terminal did them; those that left no trace last. */
function order(commands: readonly string[]): ContactInput['order'] {
  const firstOf = (pattern: RegExp): number => {
    const at = commands.findIndex((command) => pattern.test(command));
    return at < 0 ? commands.length : at;
  };
  const places: readonly (readonly [FreeStep, number])[] = [
    ['authenticate-card', firstOf(/^0088/)],
    ['verify-cardholder', firstOf(/^(0020|0084|80CA9F17)/)],
    ['manage-risk', firstOf(/^80CA9F(36|13)/)],
  ];
  const [first, second, third] = places.toSorted((a, b) => a[1] - b[1]).map(([step]) => step);
  if (!first || !second || !third) throw new Error('three steps');
  return [first, second, third];
}

import { readIssuerData } from '#kernel/emv/contact/issuer-data.ts';
import type { ContactlessInput, ReaderCombination } from '#kernel/emv/contactless/input.ts';
import type { IssuerAnswer } from '#kernel/emv/contactless/kernel-activation.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import type { VectorInput } from './vector-input.ts';

/**
 * What a vector says of the sale, the terminal and its combinations. Only the amount, the currency
 * and the date must be there; terminal data that is not given is unknown to the kernel, which fills
 * data object lists with zeros for it.
 */
export function readContactlessInput(input: VectorInput): ContactlessInput {
  const sale = input.object('transaction');
  const terminal = optionalObject(input, 'terminal');
  const countryGiven = terminal?.has('9F1A');
  return {
    amountMinor: sale.amountMinor('amount'),
    amountOtherMinor: sale.has('amountOther') ? sale.amountMinor('amountOther') : 0n,
    transactionType: sale.has('type') ? sale.digits('type', 2) : '00',
    currency: sale.digits('currency', 3),
    ...(sale.has('currencyExponent') && { currencyExponent: sale.count('currencyExponent') }),
    terminalCountry: countryGiven ? (terminal?.digits('9F1A', 4).slice(1) ?? '') : '000',
    date: sale.digits('date', 6),
    time: sale.has('time') ? sale.digits('time', 6) : '000000',
    unpredictableNumbers: sale.has('unpredictableNumbers')
      ? sale.bytesList('unpredictableNumbers', 4)
      : [],
    ephemeralPrivateKeys: sale.has('ephemeralPrivateKeys')
      ? sale.bytesList('ephemeralPrivateKeys')
      : [],
    ...(input.has('start') && { start: input.oneOf('start', ['A', 'B']) }),
    ...(input.has('terminalCategory') && { terminalCategory: input.bytes('terminalCategory') }),
    ...(input.has('presentations') && { presentations: input.count('presentations') }),
    terminalData: terminal ? bytesByTag(terminal, ['9F1A']) : {},
    combinations: input.objects('readerCombinations').map(combination),
    ...readCaKeys(input),
    revokedCertificates: optionalObjects(input, 'revokedCertificates').map((one) => ({
      rid: one.bytes('rid'),
      index: one.bytes('index')[0] ?? -1,
      serial: one.bytes('serial'),
    })),
    exceptionFile: input.has('exceptionFile') ? input.texts('exceptionFile') : [],
    tornRecords: optionalObjects(input, 'tornRecords').map(
      (record) => new Map(Object.entries(bytesByTag(record))),
    ),
  };
}

/** The member `caKeys`: RSA keys have a modulus, those of elliptic curves a suite and x. */
function readCaKeys(input: VectorInput): Pick<ContactlessInput, 'caKeys' | 'eccCaKeys'> {
  const keys = optionalObjects(input, 'caKeys');
  const common = (key: VectorInput) => ({
    rid: key.bytes('rid'),
    index: key.bytes('index')[0] ?? -1,
    ...(key.has('expiry') && { expiry: key.digits('expiry', 6) }),
  });
  return {
    caKeys: keys
      .filter((key) => !key.has('x'))
      .map((key) => ({
        ...common(key),
        modulus: key.bytes('modulus'),
        exponent: key.bytes('exponent'),
      })),
    eccCaKeys: keys
      .filter((key) => key.has('x'))
      .map((key) => ({ ...common(key), suite: key.bytes('suite')[0] ?? -1, x: key.bytes('x') })),
  };
}

/** The member `host` as far as a card is concerned; none where the host cannot be reached. */
export function readIssuerAnswer(input: VectorInput): IssuerAnswer | undefined {
  const host = optionalObject(input, 'host');
  if (!host?.has('responseCode')) return undefined;
  const given = ['91', '71', '72'].flatMap((tag) => {
    if (!host.has(tag)) return [];
    const values = Array.isArray(host.json(tag)) ? host.bytesList(tag) : [host.bytes(tag)];
    return values.map((value) => ({ tag, value }));
  });
  const data = encodeTlv(given);
  return { responseCode: host.text('responseCode'), ...readIssuerData(data) };
}

function combination(input: VectorInput): ReaderCombination {
  const limits = optionalObject(input, 'limits');
  const data = optionalObject(input, 'data');
  return {
    aid: input.aid('aid'),
    kernelId: input.count('kernelId'),
    limits: {
      ...(limits?.has('transaction') && { transactionMinor: limits.amountMinor('transaction') }),
      ...(limits?.has('floor') && { floorMinor: limits.amountMinor('floor') }),
      ...(limits?.has('cvmRequired') && { cvmRequiredMinor: limits.amountMinor('cvmRequired') }),
    },
    ...(input.has('transactionTypes') && {
      transactionTypes: input.texts('transactionTypes'),
    }),
    ...(input.has('statusCheck') && { statusCheck: input.flag('statusCheck') }),
    ...(input.has('zeroAmountAllowed') && { zeroAmountAllowed: input.flag('zeroAmountAllowed') }),
    ...(input.has('extendedSelection') && { extendedSelection: input.flag('extendedSelection') }),
    data: data ? bytesByTag(data) : {},
  };
}

function optionalObject(input: VectorInput, name: string): VectorInput | undefined {
  return input.has(name) ? input.object(name) : undefined;
}

function optionalObjects(input: VectorInput, name: string): readonly VectorInput[] {
  return input.has(name) ? input.objects(name) : [];
}

function bytesByTag(
  input: VectorInput,
  without: readonly string[] = [],
): Readonly<Record<string, Uint8Array>> {
  const tags = input.names().filter((tag) => !without.includes(tag));
  return Object.fromEntries(tags.map((tag) => [tag.toUpperCase(), input.bytes(tag)]));
}

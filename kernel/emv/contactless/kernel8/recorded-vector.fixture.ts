import { encodeHex } from '../../../bytes/hex.ts';
import type { ContactlessInput } from '../input.ts';
import { FixtureCard } from './card.fixture.ts';
import { datum, type Paid, pay, saleInput } from './paying.fixture.ts';
import type { VectorCase } from './vector-cases.fixture.ts';

/** A case as a vector of kind `transaction`: its sale, and the exchange with the fixture card. */
export function recordVector({ id, comment, card = {}, ...others }: VectorCase) {
  const { configuration, sale, elapsedUs } = others;
  const fixture = new FixtureCard(card);
  const input = saleInput(configuration, sale);
  const paid = pay(input, (command) => fixture.transmit(command), elapsedUs);
  return {
    id: `kernel8-${id}`,
    comment,
    flags: [],
    result: 'valid',
    input: {
      interface: 'contactless',
      terminal: { '9F1A': `0${input.terminalCountry}`, ...hexOf(input.terminalData) },
      readerCombinations: input.combinations.map(({ aid, kernelId, data }) => ({
        aid,
        kernelId,
        limits: {},
        data: hexOf(data),
      })),
      caKeys: (input.eccCaKeys ?? []).map(({ rid, index, suite, x }) => ({
        rid: encodeHex(rid),
        index: byte(index),
        suite: byte(suite),
        x: encodeHex(x),
      })),
      ...revoked(input),
      transaction: {
        amount: String(input.amountMinor),
        amountOther: String(input.amountOtherMinor),
        currency: input.currency,
        type: input.transactionType,
        date: input.date,
        time: input.time,
        unpredictableNumbers: input.unpredictableNumbers.map(encodeHex),
        ephemeralPrivateKeys: (input.ephemeralPrivateKeys ?? []).map(encodeHex),
      },
      exchange: paid.exchange.map(({ command, response = '' }) => ({
        command,
        response,
        ...(command.startsWith('80EA') && elapsedUs !== undefined && { elapsedUs }),
      })),
    },
    expect: expected(paid),
  };
}

const TOLD = { cid: '9F27', tvr: '95', cvmResults: '9F34' } as const;

function expected(paid: Paid) {
  const { outcome } = paid;
  const record = Object.entries(TOLD).flatMap(([name, tag]) => {
    const value = outcome.dataRecord?.get(tag);
    return value ? [[name, encodeHex(value)]] : [];
  });
  const discretionary = [...(outcome.discretionaryData?.keys() ?? [])];
  return {
    outcome: outcome.type,
    cvm: outcome.cvm,
    ...(outcome.oda && { oda: outcome.oda }),
    ...Object.fromEntries(record),
    ...(outcome.dataRecord && {
      de55: { '9F26': datum(paid, '9F26'), '9F10': datum(paid, '9F10') },
    }),
    ...(outcome.discretionaryData && {
      discretionaryData: Object.fromEntries(discretionary.map((tag) => [tag, datum(paid, tag)])),
    }),
  };
}

function revoked({ revokedCertificates = [] }: ContactlessInput) {
  const list = revokedCertificates.map(({ rid, index, serial }) => ({
    rid: encodeHex(rid),
    index: byte(index),
    serial: encodeHex(serial),
  }));
  return list.length > 0 ? { revokedCertificates: list } : {};
}

function hexOf(data: Readonly<Record<string, Uint8Array>>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([tag, value]) => [tag, encodeHex(value)]));
}

function byte(value: number): string {
  return encodeHex(Uint8Array.of(value));
}

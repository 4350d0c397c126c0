import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../../../bytes/hex.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { runScripted } from '../../../transaction/scripted-exchange.fixture.ts';
import {
  beginDataExchange,
  exchangeRest,
  exchangeUntil,
  exchangeWhenDue,
  parseTagList,
} from './data-exchange.ts';
import type { DataAnswer, DataExchange } from './terminal-exchange.ts';
import { type HexObjects, transactionOf } from './transaction.fixture.ts';

/** A terminal that says these things in their order, and remembers what it was told. */
function terminal(...answers: (string | 'stop' | 'nothing')[]) {
  const told: DataExchange[] = [];
  function* exchange(signal: DataExchange): KernelStep<DataAnswer> {
    told.push(signal);
    const answer = answers[told.length - 1] ?? 'nothing';
    // A terminal may have commands of its own performed meanwhile.
    yield { type: 'show', request: { message: 'processing', status: 'processing' } };
    if (answer === 'stop' || answer === 'nothing') return { type: answer };
    return { type: 'data', objects: hex(answer) };
  }
  return { told, exchange };
}

function begun(configuration: HexObjects, side: ReturnType<typeof terminal>) {
  const t = transactionOf(configuration, {}, side.exchange);
  beginDataExchange(t);
  return t;
}

const toSend = ({ toSend: objects }: DataExchange) =>
  [...objects].map(([tag, value]) => `${tag}=${encodeHex(value)}`);

describe('an exchange', () => {
  test('is not due while something that is waited for is missing', () => {
    const side = terminal();
    const t = begun({ DF8112: '575F24', '5F24': '301231' }, side);
    expect(runScripted(exchangeWhenDue(t), []).result).toBeUndefined();
    expect(side.told).toEqual([]);
    t.data.set('57', hex('5413D3012201'));
    runScripted(exchangeWhenDue(t), []);
    expect(side.told.map(toSend)).toEqual([['5F24=301231', '57=5413D3012201']]);
    expect(t.tagsToRead).toEqual([]);
    runScripted(exchangeWhenDue(t), []);
    expect(side.told).toHaveLength(1);
  });

  test('asks for lists that are there and empty', () => {
    const side = terminal();
    const t = begun({ DF8112: '', FF8102: '' }, side);
    runScripted(exchangeWhenDue(t), []);
    expect(side.told[0]?.needed).toEqual(['DF8112', 'FF8102']);
  });

  test('takes lists and objects, but none that is the card’s or the kernel’s', () => {
    const answer =
      'DF81120157' + // tags to read
      'FF8102049F750111' + // to write before
      'FF8103049F760122' + // to write after
      '9F0206000000000700' +
      '5A085413330089020029' +
      '9505FFFFFFFFFF';
    const t = begun({ DF8112: '' }, terminal(answer));
    runScripted(exchangeWhenDue(t), []);
    expect(t.tagsToRead).toEqual(['57']);
    expect(t.writeBefore.map(({ tag }) => tag)).toEqual(['9F75']);
    expect(t.writeAfter.map(({ tag }) => tag)).toEqual(['9F76']);
    expect(t.data.amount('9F02')).toBe(700n);
    expect(t.data.isPresent('5A')).toBe(false);
    expect(encodeHex(t.data.get('95'))).toBe('0000000000');
  });

  test('that is stopped ends the transaction with L3', () => {
    const t = begun({ DF8112: '' }, terminal('stop'));
    const { result } = runScripted(exchangeWhenDue(t), []);
    expect(result?.type).toBe('end-application');
    expect(encodeHex(result?.discretionaryData?.get('DF8115') ?? hex(''))).toBe('0000020000FF');
  });

  test('tells at the end what there is not, without a value', () => {
    const side = terminal();
    const t = begun({ DF8112: '575F24', '5F24': '301231' }, side);
    expect(runScripted(exchangeRest(t), []).result).toBeUndefined();
    expect(side.told.map(toSend)).toEqual([['57=', '5F24=301231']]);
    runScripted(exchangeRest(t), []);
    expect(side.told).toHaveLength(1);
  });
});

describe('waiting', () => {
  const until = (side: ReturnType<typeof terminal>) => {
    const t = transactionOf({ DF8110: '' }, {}, side.exchange);
    const isReady = () => t.data.number('DF8110') !== 0;
    return runScripted(
      exchangeUntil(t, () => ['DF8110'], isReady),
      [],
    ).result;
  };

  test('ends when what was waited for comes, however often something else does', () => {
    const side = terminal('9F0206000000000700', 'DF81100100', 'DF81100101');
    expect(until(side)).toBeUndefined();
    expect(side.told.map(({ needed }) => needed)).toEqual([['DF8110'], ['DF8110'], ['DF8110']]);
  });

  test.each([
    ['nothing', '0000010000FF'],
    ['', '0000010000FF'],
    ['9F02', '0000010000FF'],
    ['stop', '0000020000FF'],
  ])('%j ends it with an error', (answer, error) => {
    const result = until(terminal(answer));
    expect(encodeHex(result?.discretionaryData?.get('DF8115') ?? hex(''))).toBe(error);
  });

  test('a terminal without its side of it times out', () => {
    const t = transactionOf({ DF8110: '' });
    const step = exchangeUntil(
      t,
      () => ['DF8110'],
      () => false,
    );
    const { result } = runScripted(step, []);
    expect(encodeHex(result?.discretionaryData?.get('DF8115') ?? hex(''))).toBe('0000010000FF');
  });
});

test.each([
  ['', []],
  ['57', ['57']],
  ['575F24DF8112', ['57', '5F24', 'DF8112']],
  ['575F', ['57']],
  ['5FFFFFFFFF01', []],
])('the tags of %s', (bytes, tags) => {
  expect(parseTagList(hex(bytes))).toEqual(tags);
});

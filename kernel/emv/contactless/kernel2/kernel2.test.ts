import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../../../bytes/hex.ts';
import { encodeTlv, type TlvInput } from '../../../tlv/ber.ts';
import type { KernelCommand, KernelStep } from '../../../transaction/commands.ts';
import { runScripted } from '../../../transaction/scripted-exchange.fixture.ts';
import { runKernel2 } from './kernel2.ts';
import type { DataAnswer, DataExchange } from './terminal-exchange.ts';
import { activationOf, type HexObjects } from './transaction.fixture.ts';

const objects = (values: HexObjects): TlvInput[] =>
  Object.entries(values).map(([tag, value]) => ({ tag, value: hex(value) }));
const template = (tag: string, children: readonly TlvInput[]): string =>
  encodeHex(encodeTlv([{ tag, children }]));

const AID = { '84': 'A0000000041010' };
const PAN = { '5A': '5413330089020029', '5F24': '301231' };
const CDOL = { '8C': '9F02069F37049505' };
const GPO = '80A8000002830000';
const READ = '00B2011400';

const fciWith = (proprietary: HexObjects): string =>
  template('6F', [...objects(AID), { tag: 'A5', children: objects(proprietary) }]);
const options = `${template('77', objects({ '82': '0080', '94': '10010100' }))}9000`;
const record = `${template('70', [...objects(PAN), ...objects(CDOL)])}9000`;
const arqc = objects({ '9F27': '80', '9F36': '0007', '9F26': '0102030405060708' });
const cryptogram = `${template('77', arqc)}9000`;

/** Zero action codes, a terminal that may go online. */
const READER = {
  '9F35': '22',
  DF8120: '0000000000',
  DF8121: '0000000000',
  DF8122: '0000000000',
};

/** A terminal that answers by what it is told, and remembers it. */
function terminal(answer: (signal: DataExchange) => string | undefined) {
  const told: DataExchange[] = [];
  function* exchangeData(signal: DataExchange): KernelStep<DataAnswer> {
    told.push(signal);
    const said = answer(signal);
    yield { type: 'show', request: { message: 'processing', status: 'processing' } };
    return said === undefined ? { type: 'nothing' } : { type: 'data', objects: hex(said) };
  }
  return { told, exchangeData };
}

function pay(
  data: HexObjects,
  answers: readonly string[],
  side = terminal(() => undefined),
  fci = fciWith({ '50': '4D43' }),
) {
  const activation = activationOf({ data: { ...READER, ...data } }, fci);
  return runScripted(runKernel2(activation, side.exchangeData), answers);
}

const errorOf = ({ result }: ReturnType<typeof pay>): string =>
  encodeHex(result.discretionaryData?.get('DF8115') ?? new Uint8Array(0));

const shown = (commands: readonly KernelCommand[]): string[] =>
  commands.flatMap((command) => (command.type === 'show' ? [command.request.message] : []));

test('a card without CDA goes online, unauthenticated', () => {
  const run = pay({}, [options, record, cryptogram]);
  expect(run.sent).toEqual([
    GPO,
    READ,
    // Amount, number, and of the TVR: not authenticated, above the floor, no relay resistance.
    '80AE80000F00000000100000000001800000800100',
  ]);
  expect(run.result).toMatchObject({ type: 'online-request', cvm: 'none', oda: 'not-performed' });
  expect(shown(run.commands)).toEqual(['no-message']);
  expect([...(run.result.dataRecord ?? [])].map(([tag]) => tag)).toEqual([
    '9F02',
    '9F03',
    '9F26',
    '5F24',
    '82',
    '50',
    '5A',
    '9F36',
    '9F09',
    '9F27',
    '9F34',
    '84',
    '9F33',
    '9F1A',
    '9F35',
    '95',
    '5F2A',
    '9A',
    '9C',
    '9F37',
  ]);
});

describe('data exchange', () => {
  const pdol = fciWith({ '9F38': '9F7C03' });

  test('what the PDOL asks for and nobody has said is asked of the terminal', () => {
    const side = terminal(({ needed }) => (needed.includes('9F7C') ? '9F7C03AABBCC' : undefined));
    const run = pay({ '9F7C': '' }, [options, record, cryptogram], side, pdol);
    expect(side.told[0]?.needed).toEqual(['9F7C']);
    expect(run.sent[0]).toBe('80A80000058303AABBCC00');
    expect(run.result.type).toBe('online-request');
  });

  test('a terminal that does not know it either ends with L3 time-out', () => {
    const run = pay({ '9F7C': '' }, [], undefined, pdol);
    expect(run.result.type).toBe('end-application');
    expect(errorOf(run)).toBe('0000010000FF');
    expect(run.sent).toEqual([]);
  });

  test('what is absent and not empty is zeros', () => {
    expect(pay({}, [options, record, cryptogram], undefined, pdol).sent[0]).toBe(
      '80A8000005830300000000',
    );
  });

  test('tags to read come from GET DATA, from records, or without a value', () => {
    const side = terminal(() => undefined);
    const run = pay(
      { DF8112: '9F755F249F799F1F' },
      [options, '9F750211229000', '6A88', record, cryptogram],
      side,
    );
    expect(run.sent.slice(1, 4)).toEqual(['80CA9F7500', '80CA9F7900', READ]);
    const told = new Map(side.told.flatMap(({ toSend }) => [...toSend]));
    expect([...told].map(([tag, value]) => `${tag}=${encodeHex(value)}`)).toEqual([
      '9F75=1122',
      '9F79=',
      '5F24=301231',
      '9F1F=',
    ]);
    expect(run.result.type).toBe('online-request');
  });

  test('an answer to GET DATA that is another object is a parsing error', () => {
    const run = pay({ DF8112: '9F75' }, [options, '9F760211229000']);
    expect(errorOf(run)).toBe('00040000001C');
  });

  test('a card that is lost at GET DATA is presented again', () => {
    const run = pay({ DF8112: '9F75' }, [options]);
    expect(run.result).toMatchObject({ type: 'end-application', start: 'B' });
  });

  test('the terminal holds the first write back until it is ready', () => {
    let asked = 0;
    const side = terminal(() => (++asked < 3 ? 'DF81100100' : 'DF81100101'));
    const run = pay({ DF8110: '' }, [options, record, cryptogram], side);
    expect(side.told.at(-1)?.needed).toEqual([]);
    expect(run.result.type).toBe('online-request');
    expect(asked).toBe(3);
  });

  test('the terminal changes the amount before the cryptogram', () => {
    const side = terminal(() => 'DF81100101' + '9F0206000000000700');
    const run = pay({ DF8110: '' }, [options, record, cryptogram], side);
    expect(run.sent[2]).toContain('000000000700');
  });

  test('without an amount there is no transaction', () => {
    const side = terminal(() => 'DF81100101' + '9F0200');
    const run = pay({ DF8110: '' }, [options, record], side);
    expect(errorOf(run)).toBe('0000030000FF');
    expect(run.result.reason).toBe('amount-not-allowed');
  });

  test('what the terminal writes may come in the middle', () => {
    const side = terminal(({ needed }) =>
      needed.includes('FF8102') ? 'FF8102059F75021122' : undefined,
    );
    const run = pay({ FF8102: '' }, [options, record, '9000', cryptogram], side);
    expect(run.sent[2]).toBe('80DA9F75021122');
    expect(run.result.type).toBe('online-request');
  });
});

describe('field off', () => {
  const capable = template('6F', [
    ...objects(AID),
    { tag: 'A5', children: [{ tag: 'BF0C', children: objects({ '9F5D': '010400' }) }] },
  ]);

  test('is asked for where the card detects it', () => {
    const run = pay({}, [options, record, cryptogram], undefined, capable);
    expect(run.result.fieldOff).toBe(13);
    expect(pay({}, [options, record, cryptogram]).result.fieldOff).toBe('n/a');
  });
});

describe('limits of the combination stand in for those that are not configured', () => {
  const payWith = (limits: object) => {
    const activation = activationOf({ data: READER, limits }, fciWith({ '50': '4D43' }));
    return runScripted(runKernel2(activation), [options, record, cryptogram]);
  };

  test('at the transaction limit: not here', () => {
    expect(payWith({ transactionMinor: 1000n }).result.type).toBe('select-next');
    expect(payWith({ transactionMinor: 1001n }).result.type).toBe('online-request');
  });

  test('at the CVM limit: a receipt', () => {
    expect(payWith({ cvmRequiredMinor: 1000n }).result.receipt).toBe('yes');
    expect(payWith({ cvmRequiredMinor: 1001n }).result.receipt).toBe('n/a');
  });

  test('above the floor: in the terminal verification results', () => {
    expect(payWith({ floorMinor: 1000n }).sent[2]).toContain('8000000001');
    expect(payWith({ floorMinor: 999n }).sent[2]).toContain('8000008001');
  });
});

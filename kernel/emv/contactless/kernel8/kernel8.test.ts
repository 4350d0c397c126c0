import { describe, expect, test } from 'vitest';
import { UI_MESSAGES } from '../../../transaction/ui-request.ts';
import type { ContactlessInput } from '../input.ts';
import { FixtureCard, tlv } from './card.fixture.ts';
import type { CardOptions } from './card-options.fixture.ts';
import { datum, type Paid, pay, saleInput } from './paying.fixture.ts';

interface Run {
  readonly card?: CardOptions;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly sale?: Partial<ContactlessInput>;
  readonly elapsedUs?: number;
}

function run({ card = {}, configuration, sale, elapsedUs }: Run): Paid {
  const fixture = new FixtureCard(card);
  const answer = (command: string) => fixture.transmit(command);
  return pay(saleInput(configuration, sale), answer, elapsedUs);
}

/** P1 and P2 of GENERATE AC. */
function requestOf({ exchange }: Paid): string | undefined {
  return exchange.find(({ command }) => command.startsWith('80AE'))?.command.slice(4, 8);
}

function messageOf({ outcome }: Paid): number | undefined {
  const message = outcome.uiOnOutcome?.message;
  return message && UI_MESSAGES[message];
}

describe('a card with certificates and an enciphered record', () => {
  test('is approved offline', () => {
    const paid = run({});
    expect(paid.outcome).toMatchObject({
      type: 'approved',
      cvm: 'none',
      receipt: 'n/a',
      oda: 'local-verified',
    });
    expect(datum(paid, '95')).toBe('0000000081');
    expect(datum(paid, '9F34')).toBe('1F0002');
    expect(datum(paid, '5A')).toBe('5413339000101513');
    expect(datum(paid, '9F8204')).toBe('0000000000FF');
    expect(datum(paid, '9F8210')).toBe('10F0F000B0F0FF00');
    expect(datum(paid, '9F8205')).toBe('0300000013656E646500000000');
    expect(datum(paid, '9F10')?.slice(48)).toBe(datum(paid, '9F8109'));
    expect(messageOf(paid)).toBe(0x03);
    expect(paid.shown.map(({ message }) => message)).toEqual([
      'present-card',
      'card-read-ok',
      'approved',
    ]);
  });

  test('an amount above the floor limit goes to the issuer', () => {
    const paid = run({ sale: { amountMinor: 10_001n }, card: { verification: '02' } });
    expect(paid.outcome).toMatchObject({
      type: 'online-request',
      cvm: 'online-pin',
      receipt: 'yes',
    });
    expect(requestOf(paid)).toBe('8000');
    expect(datum(paid, '95')).toBe('0000048081');
    expect(datum(paid, '9F1D')).toBe('6480000000000000');
    expect(datum(paid, '9F33')).toBe('006410');
    expect(messageOf(paid)).toBe(0x1b);
    expect(datum(paid, '9F8210')).toBe('30F0F020B8F0FF00');
  });

  test('a limit is exceeded above it, not at it', () => {
    expect(datum(run({ sale: { amountMinor: 10_000n }, card: { verification: '03' } }), '95')).toBe(
      '0000000081',
    );
    expect(run({ sale: { amountMinor: 5000n } }).outcome.receipt).toBe('n/a');
    expect(run({ sale: { amountMinor: 5001n } }).outcome.receipt).toBe('yes');
  });

  test('the combination’s limits stand where none are configured', () => {
    const input = saleInput({ '9F820D': '', '9F820E': '' });
    const limits = { floorMinor: 999n, cvmRequiredMinor: 500n };
    const combinations = input.combinations.map((one) => ({ ...one, limits }));
    const paid = run({
      configuration: { '9F820D': '', '9F820E': '' },
      sale: { combinations },
      card: { verification: '03' },
    });
    expect(datum(paid, '95')).toBe('0000008081');
    expect(paid.outcome).toMatchObject({ type: 'online-request', receipt: 'yes', cvm: 'cdcvm' });
  });

  test('the default CDOL1 stands where the card has none', () => {
    const paid = run({ card: { cdol1: '' }, configuration: { '9F8220': '9F02069F3704' } });
    expect(paid.outcome.type).toBe('approved');
    expect(paid.exchange.at(-1)?.command).toBe('80AE40000A0000000010001122334400');
  });
});

describe('the cardholder is verified as the card decides', () => {
  test.each([
    ['00', '0C', 'none', '1F0002', '0000000081'],
    ['01', '2C', 'signature', '1E0000', '0000000081'],
    ['02', '4C', 'online-pin', '020000', '0000040081'],
    ['03', '0C', 'cdcvm', '010002', '0000000081'],
    ['0F', '00', 'n/a', '3F0000', '0000000081'],
    ['00', '04', 'n/a', '3F0001', '0000800081'],
    ['01', '4C', 'n/a', '3F0001', '0000800081'],
    ['02', '2C', 'n/a', '3F0001', '0000800081'],
    ['03', '08', 'n/a', '3F0001', '0000800081'],
    ['04', 'FF', 'n/a', '3F0001', '0000800081'],
    ['FF', 'FF', 'n/a', '3F0001', '0000800081'],
  ])('%s with capability %s: %s', (verification, capability, cvm, results, tvr) => {
    const paid = run({
      card: { verification },
      configuration: { '9F8208': capability, '9F820C': '0000000000' },
    });
    expect(paid.outcome).toMatchObject({ type: 'approved', cvm });
    expect(datum(paid, '9F34')).toBe(results);
    expect(datum(paid, '95')).toBe(tvr);
    expect(messageOf(paid)).toBe(cvm === 'signature' ? 0x1a : 0x03);
  });

  test('one that failed may be denied', () => {
    const paid = run({ card: { verification: 'FF' }, configuration: { '9F820B': '0000800000' } });
    expect(paid.outcome).toMatchObject({ type: 'declined', reason: 'no-common-verification' });
    expect(requestOf(paid)).toBe('4000');
  });
});

describe('terminal action analysis', () => {
  test.each([
    ['22', '010A', '0000000000', '0000000000', '4000', 'approved'],
    ['22', '010A', '0000000080', '0000000000', '0000', 'declined'],
    ['22', '010A', '0000000000', '0000000080', '8000', 'online-request'],
    ['22', '0102', '0000000000', '0000000000', '8000', 'online-request'],
    ['21', '010A', '0000000000', '0000000000', '8000', 'online-request'],
    ['14', '010A', '0000000000', '0000000000', '8000', 'online-request'],
    ['23', '010A', '0000000000', '0000000080', '4000', 'approved'],
    ['23', '0102', '0000000000', '0000000000', '0000', 'declined'],
  ])('type %s, AIP %s, denial %s, online %s', (type, aip, denial, online, request, outcome) => {
    const paid = run({
      card: { aip },
      configuration: { '9F35': type, '9F820B': denial, '9F820C': online },
    });
    expect(requestOf(paid)).toBe(request);
    expect(paid.outcome.type).toBe(outcome);
  });
});

describe('the card’s cryptogram', () => {
  test.each([
    ['0000000000', 0x80, 'online-request'],
    ['0000000000', 0x00, 'declined'],
    ['0000000080', 0x80, 'online-request'],
    ['0000000080', 0x00, 'declined'],
    ['0000000080', 0x40, 'end-application'],
    ['0000000000', 0xc0, 'end-application'],
  ])('online codes %s, cryptogram %i: %s', (online, cid, outcome) => {
    const paid = run({ card: { cid: () => cid }, configuration: { '9F820C': online } });
    expect(paid.outcome.type).toBe(outcome);
    if (outcome === 'end-application') expect(datum(paid, '9F8204')).toBe('00060000001C');
    if (outcome === 'declined') expect(messageOf(paid)).toBe(0x07);
  });

  test('an ARQC does not answer a request for an AAC', () => {
    const paid = run({ card: { cid: () => 0x80 }, configuration: { '9F820B': '0000000080' } });
    expect(paid.outcome.type).toBe('end-application');
    expect(datum(paid, '9F8204')).toBe('00060000001C');
  });

  test('a refund ends with its AAC and nothing shown', () => {
    const paid = run({ card: { cid: () => 0x00 }, sale: { transactionType: '20' } });
    expect(paid.outcome.type).toBe('end-application');
    expect(paid.outcome.start).toBe('n/a');
    expect(messageOf(paid)).toBe(0x1e);
    expect(datum(paid, '9F27')).toBe('00');
  });

  test('the card’s TVR counts where the mask lets it', () => {
    const card = { cryptogramObjects: [tlv('9F8104', '8870000004')] };
    const paid = run({ card, configuration: { '9F821A': 'FF8FFFFFFF' } });
    expect(datum(paid, '95')).toBe('0070000081');
    expect(paid.outcome.type).toBe('online-request');
  });
});

describe('relay resistance', () => {
  const configuration = { '9F8209': '1800' };
  const card = { aip: '010B' };
  const trials = ({ exchange }: Paid): readonly string[] =>
    exchange.filter(({ command }) => command.startsWith('80EA')).map(({ command }) => command);

  test('within the card’s time, one exchange', () => {
    const paid = run({ card, configuration, elapsedUs: 15_000 });
    expect(trials(paid)).toEqual(['80EA0000041122334400']);
    expect(datum(paid, '95')).toBe('0000000082');
    expect(paid.outcome.type).toBe('approved');
    expect(paid.exchange.at(-1)?.command.slice(-6, -2)).toBe('0000');
  });

  test('above it, three exchanges with numbers of their own', () => {
    const paid = run({ card, configuration, elapsedUs: 40_000 });
    expect(trials(paid)).toEqual([
      '80EA0000041122334400',
      '80EA0000045566778800',
      '80EA00000499AABBCC00',
    ]);
    expect(datum(paid, '95')).toBe('0000000086');
    expect(datum(paid, '9F37')).toBe('99AABBCC');
    // 400 less 42 on the way is 158 above the longest time, 200.
    expect(paid.exchange.at(-1)?.command.slice(-6, -2)).toBe('009E');
  });

  test('above the accuracy too', () => {
    expect(datum(run({ card, configuration, elapsedUs: 60_000 }), '95')).toBe('000000008E');
  });

  test('one that may be denied is', () => {
    const denial = { ...configuration, '9F820B': '000000000C' };
    const paid = run({ card, configuration: denial, elapsedUs: 60_000 });
    expect(requestOf(paid)).toBe('0000');
    expect(paid.outcome).toMatchObject({ type: 'declined', reason: 'relay-suspected' });
  });

  test('a reader that measures nothing finds the limits exceeded', () => {
    expect(datum(run({ card, configuration }), '95')).toBe('000000008E');
  });

  test('faster than the card can be is an error', () => {
    const paid = run({ card, configuration, elapsedUs: 10_000 });
    expect(paid.outcome.type).toBe('end-application');
    expect(datum(paid, '9F8204')).toBe('00060000001C');
  });

  test.each([
    ['0800', '010B'],
    ['1800', '010A'],
  ])('is not performed with configuration %s and AIP %s', (bits, aip) => {
    const paid = run({ card: { aip }, configuration: { '9F8209': bits }, elapsedUs: 15_000 });
    expect(trials(paid)).toEqual([]);
    expect(datum(paid, '95')).toBe('0000000081');
  });

  test.each([
    ['6985', '00030069851C'],
    ['80091122334455667788999000', '00040000001C'],
    ['810A112233440000000000009000', '00040000001C'],
    ['9000', '00040000001C'],
  ])('answered %s', (answer, error) => {
    const alter: CardOptions['alter'] = (name, right) =>
      name === 'exchange-relay-resistance-data' ? answer : right;
    const paid = run({ card: { ...card, alter }, configuration, elapsedUs: 15_000 });
    expect(paid.outcome.type).toBe('end-application');
    expect(datum(paid, '9F8204')).toBe(error);
  });
});

describe('envelopes', () => {
  const envelopes = { '9F8111': '9F81110401020304', '9F8112': '9F811201FF' };

  test('are read through the channel and sent to the terminal', () => {
    const configuration = { '9F8203': '9F81119F8112829F8115', '9F821F': '9F821C' };
    const paid = run({
      card: { envelopes },
      configuration: { ...configuration, '9F8209': '0800' },
    });
    const read = paid.exchange.filter(({ command }) => command.startsWith('8432'));
    expect(read.map(({ command }) => command)).toEqual([
      '84320000039F811100',
      '84320000039F811200',
      '84320000039F811500',
    ]);
    expect(datum(paid, 'BF8101')).toBe('9F811104010203049F811201FF8202010A9F811500');
    expect(datum(paid, '9F821C')).toBe('00');
    expect(paid.outcome.type).toBe('approved');
  });

  test('that are all read are complete', () => {
    const configuration = { '9F8203': '9F8112', '9F821F': '9F821C' };
    expect(datum(run({ card: { envelopes }, configuration }), '9F821C')).toBe('80');
  });

  test('with a wrong MAC are left out', () => {
    const alter: CardOptions['alter'] = (name, right) =>
      name === 'read-data' ? `${right.slice(0, -6)}009000` : right;
    const configuration = { '9F8203': '9F8112', '9F821F': '9F821C' };
    const paid = run({ card: { envelopes, alter }, configuration });
    expect(datum(paid, '9F821C')).toBe('00');
    expect(datum(paid, 'BF8101')).toBe('9F811200');
    expect(paid.outcome.type).toBe('approved');
  });

  test('of another tag are left out', () => {
    const configuration = { '9F8203': '9F8113', '9F821F': '9F821C' };
    const card = { envelopes: { '9F8113': '9F811201FF' } };
    expect(datum(run({ card, configuration }), '9F821C')).toBe('00');
  });

  test('are written after the cryptogram, each confirmed', () => {
    const card = new FixtureCard();
    const configuration = { BF8104: '9F8113021122' + '9F8114013F', '9F821F': '9F821B' };
    const paid = pay(saleInput(configuration), (command) => card.transmit(command));
    expect(requestOf(paid)).toBe('4080');
    expect(card.written).toEqual(['9F8113021122', '9F8114013F']);
    const written = paid.exchange.filter(({ command }) => command.startsWith('8434'));
    expect(written.map(({ command }) => command.slice(0, 10))).toEqual([
      '8434008006',
      '8434000005',
    ]);
    expect(datum(paid, '9F821B')).toBe('80');
    expect(paid.outcome.type).toBe('approved');
  });

  test.each([
    ['not confirmed', '00000000000000009000'],
    ['refused', '6985'],
    ['not answered', undefined],
  ])('that are %s leave the cryptogram as it is', (_, answer) => {
    const card = new FixtureCard();
    const configuration = { BF8104: '9F8113021122', '9F821F': '9F821B' };
    const paid = pay(saleInput(configuration), (command) =>
      command.startsWith('8434') ? answer : card.transmit(command),
    );
    expect(datum(paid, '9F821B')).toBe('00');
    expect(paid.outcome.type).toBe('approved');
  });

  test.each([
    ['9F8203', '9F'],
    ['BF8104', '9F811305'],
    ['BF8104', tlv('9F8113', '00'.repeat(252))],
  ])('%s that is malformed is the terminal’s fault', (tag, value) => {
    const paid = run({ configuration: { [tag]: value } });
    expect(paid.outcome.type).toBe('end-application');
    expect(datum(paid, '9F8204')).toBe('000F0000001C');
  });
});

describe('the restart indicator', () => {
  const restart = (...indicators: readonly string[]) => ({
    cryptogramObjects: indicators.map((value) => value && tlv('9F8108', value)),
  });

  test('has the card presented again, with a new number and a new key', () => {
    const paid = run({ card: restart('2020', '') });
    expect(paid.outcome.type).toBe('approved');
    expect(paid.shown.map(({ message }) => message)).toEqual([
      'present-card',
      'card-read-ok',
      'see-phone',
      'see-phone',
      'card-read-ok',
      'approved',
    ]);
    const options = paid.exchange.filter(({ command }) => command.startsWith('80A8'));
    expect(new Set(options.map(({ command }) => command.slice(30, 158))).size).toBe(2);
    expect(datum(paid, '9F37')).toBe('55667788');
    expect(datum(paid, '9F36')).toBe('0002');
  });

  test.each([
    ['2021', 0x21],
    ['2003', 0x21],
    ['2000', 0x21],
    ['2020', 0x20],
  ])('%s shows %i while presentations last', (indicator, message) => {
    const paid = run({ card: restart(indicator), sale: { presentations: 1 } });
    expect(paid.outcome).toMatchObject({ type: 'end-application', start: 'B' });
    expect(paid.outcome.uiOnRestart?.status).toBe('ready-to-read');
    expect(messageOf(paid)).toBe(message);
    expect(datum(paid, '9F8210')).toBe('4010F000F0F0FF00');
    expect(datum(paid, '9F8219')?.slice(0, 10)).toBe(
      `${message.toString(16)}02000000`.toUpperCase(),
    );
  });

  test.each([
    ['3100', 'contact', 0x18],
    ['3220', 'magnetic-stripe', 0x20],
    ['3F21', 'n/a', 0x18],
  ])('%s: another interface', (indicator, alternateInterface, message) => {
    const paid = run({ card: { ...restart(indicator), cid: () => 0 } });
    expect(paid.outcome).toMatchObject({ type: 'try-another-interface', alternateInterface });
    expect(messageOf(paid)).toBe(message);
  });

  test.each([
    ['1020', 0x20],
    ['1021', 0x07],
  ])('%s: declined with the message it may show', (indicator, message) => {
    const paid = run({ card: { ...restart(indicator), cid: () => 0 } });
    expect(paid.outcome.type).toBe('declined');
    expect(messageOf(paid)).toBe(message);
  });

  test('another interface does not keep a cryptogram from the issuer', () => {
    const paid = run({ card: { ...restart('3100'), cid: () => 0x80 } });
    expect(paid.outcome.type).toBe('online-request');
  });
});

describe('what the outcome tells', () => {
  test('the field is off for a card that notices', () => {
    const paid = run({ card: { cardQualifier: '0100FFFF800000' } });
    expect(paid.outcome.fieldOff).toBe(13);
    expect(datum(paid, '9F8210')?.slice(12, 14)).toBe('0D');
  });

  test('tags are mapped', () => {
    const paid = run({ configuration: { '9F8221': '9F26DF01' + '95DF02' } });
    expect(datum(paid, '9F26')).toBeUndefined();
    expect(datum(paid, 'DF01')).toHaveLength(16);
    expect(datum(paid, 'DF02')).toBe('0000000081');
  });
});

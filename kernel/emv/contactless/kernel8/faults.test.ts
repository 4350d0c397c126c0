import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../../../bytes/hex.ts';
import { decodeTlv } from '../../../tlv/ber.ts';
import { FixtureCard, tlv } from './card.fixture.ts';
import type { CardCommand, CardOptions } from './card-options.fixture.ts';
import { CONFIGURATION, datum, type Paid, pay, saleInput } from './paying.fixture.ts';

/** A card whose answer to one command is another. */
function replaced(name: CardCommand, change: (answer: string) => string): CardOptions {
  return { alter: (command, answer) => (command === name ? change(answer) : answer) };
}

function run(card: CardOptions, configuration: Readonly<Record<string, string>> = {}): Paid {
  const fixture = new FixtureCard(card);
  return pay(saleInput(configuration), (command) => fixture.transmit(command));
}

/** An answer with one of its objects another, or gone. */
function withObject(tag: string, object: string): (answer: string) => string {
  return (answer) => {
    const decoded = decodeTlv(hex(answer.slice(0, -4)));
    const objects = (decoded.ok && decoded.value[0]?.children) || [];
    const whole = objects.map((one) =>
      one.tag === tag ? object : tlv(one.tag, encodeHex(one.value)),
    );
    return `${tlv('77', whole.join(''))}9000`;
  };
}

describe('after SELECT the next application’s turn comes', () => {
  const FCI = '6F368407A0000000041010A52B5004546573745F2D04656E64659F380E9F2B089E40';
  test.each([
    ['no template', () => '840101A000000000'],
    ['another template', (answer: string) => answer.replace('6F36', '7036')],
    ['more than a template', (answer: string) => `${answer.slice(0, -4)}82010A9000`],
    ['no name', (answer: string) => answer.replace('8407A0', 'C107A0')],
    ['no qualifier', (answer: string) => answer.replace('9F2C', '9F7C')],
    ['a qualifier of zeros', (answer: string) => answer.replace('9F2C0701', '9F2C0700')],
    ['a short qualifier', (answer: string) => answer.replace('BF0C0A9F2C07', 'BF0C0A9F2C06')],
    ['data that are the terminal’s', (answer: string) => answer.replace('5F2D', '9F4E')],
  ])('%s', (_, change) => {
    expect(new FixtureCard().transmit('00A4040007A000000004101000')).toContain(FCI);
    const paid = run(replaced('select', change));
    expect(paid.exchange).toHaveLength(2);
    expect(paid.outcome.reason).toBe('no-common-application');
  });

  test('GET PROCESSING OPTIONS refused', () => {
    const paid = run(replaced('get-processing-options', () => '6985'));
    expect(paid.exchange).toHaveLength(3);
    expect(paid.outcome.reason).toBe('no-common-application');
  });
});

describe('the application ends, and says why', () => {
  const ends = (paid: Paid, error: string, exchanges?: number): void => {
    expect(paid.outcome).toMatchObject({
      type: 'end-application',
      start: 'n/a',
      uiOnOutcome: { message: 'insert-swipe-or-try-another', holdTime: 13 },
    });
    expect(paid.outcome.dataRecord).toBeUndefined();
    expect(datum(paid, '9F8204')).toBe(error);
    expect(datum(paid, '9F8210')).toBe('40F0F0F090F0FF00');
    if (exchanges !== undefined) expect(paid.exchange).toHaveLength(exchanges);
  };

  test('no suite of the channel that the kernel has', () => {
    ends(run({ cardQualifier: '0101FFFF000000' }), '00060000001C', 2);
  });

  test.each([
    ['a PDOL that is none', '9F2B'],
    ['a PDOL of a long tag', '9F81818101'],
  ])('%s', (_, pdol) => ends(run({ pdol }), '00040000001C', 2));

  test('a PDOL that asks for too much', () => ends(run({ pdol: '9EFD' }), '00060000001C', 2));

  test.each([
    ['another template', (answer: string) => answer.replace('776F', '706F'), '00040000001C'],
    ['format 1', () => '800601000801010090009000', '00040000001C'],
    ['nothing', () => '9000', '00040000001C'],
    ['no AIP', withObject('82', ''), '00010000001C'],
    ['no AFL', withObject('94', ''), '00010000001C'],
    ['no key', withObject('9F8103', ''), '00010000001C'],
    ['no CDOL1', withObject('8C', ''), '00010000001C'],
    [
      'a key of another length',
      withObject('9F8103', tlv('9F8103', '00'.repeat(65))),
      '00100000001C',
    ],
    ['a key on no curve', withObject('9F8103', tlv('9F8103', 'FF'.repeat(64))), '00100000001C'],
    ['a key that is far too short', withObject('9F8103', tlv('9F8103', '00')), '00040000001C'],
    ['data that are the terminal’s', withObject('8C', '95050000000000'), '00040000001C'],
    ['the same datum differently', withObject('8C', tlv('84', 'A000000003')), '00040000001C'],
  ])('GET PROCESSING OPTIONS gives %s', (_, change, error) => {
    ends(run(replaced('get-processing-options', change)), error, 3);
  });

  test('a locator that is none', () => {
    const paid = run(replaced('get-processing-options', withObject('94', '940409010402')));
    ends(paid, '00040000001C', 3);
  });

  test.each([
    ['refused', () => '6A83', '0003006A831C'],
    ['of another template', () => '77009000', '00040000001C'],
    ['of two templates', () => '700070009000', '00040000001C'],
    ['of nothing', () => '9000', '00040000001C'],
    ['that is no TLV', () => '70035A08549000', '00040000001C'],
    ['with data that are the terminal’s', () => '70039C01009000', '00040000001C'],
  ])('a record %s', (_, change, error) => {
    ends(run(replaced('read-record', change)), error, 4);
  });

  test.each([
    ['refused', () => '6985', '00030069851C'],
    ['in another template', (answer: string) => answer.replace(/^77/, '70'), '00040000001C'],
    ['that is no TLV', (answer: string) => `77${answer.slice(2, 30)}9000`, '00040000001C'],
    ['without a counter', withObject('9F36', ''), '00010000001C'],
    ['without a type', withObject('9F27', ''), '00010000001C'],
    ['without a cryptogram', withObject('9F26', ''), '00010000001C'],
    ['without issuer data', withObject('9F10', ''), '00010000001C'],
    ['without a decision', withObject('9F8102', ''), '00010000001C'],
    ['without an EDA-MAC', withObject('9F8105', ''), '00010000001C'],
    ['with another EDA-MAC', withObject('9F8105', tlv('9F8105', '00'.repeat(8))), '00130000001C'],
    ['with another cryptogram', withObject('9F26', tlv('9F26', '00'.repeat(8))), '00130000001C'],
    ['with another counter', withObject('9F36', '9F36020009'), '00130000001C'],
    ['with another type', withObject('9F27', '9F270180'), '00130000001C'],
    ['with another decision', withObject('9F8102', '9F81020103'), '00130000001C'],
    [
      'with more than was authenticated',
      withObject('9F36', '9F360200019F81080120'),
      '00040000001C',
    ],
  ])('a cryptogram %s', (_, change, error) => {
    ends(run(replaced('generate-ac', change)), error, 8);
  });

  test('a card without a PAN', () => {
    const unread = withObject('94', '940408020402');
    ends(run(replaced('get-processing-options', unread)), '00010000001C');
  });

  test.each([
    ['that is none', '9F02', '00040000001C'],
    ['that asks for too much', '9F02FF9F0302', '00060000001C'],
  ])('a CDOL1 %s', (_, cdol1, error) => ends(run({ cdol1 }), error, 7));

  test.each([
    ['no room at the default offset', { '9F821E': '19' }, '010A', ''],
    ['no room at the card’s', {}, '010C', tlv('9F8107', '19')],
    ['no offset', {}, '010C', ''],
  ])('an IAD-MAC to copy and %s', (_, configuration, aip, offset) => {
    ends(run({ aip, cryptogramObjects: [offset] }, configuration), '00060000001C', 8);
  });

  test.each(['8F', '90', '9F46'])('local authentication without %s', (tag) => {
    const plain: CardOptions = { enciphered: false };
    const drop = (name: CardCommand, answer: string): string =>
      name === 'read-record' ? answer.replace(new RegExp(`^(70(?:81)?..)${tag}`), '$1C1') : answer;
    const paid = run({ ...plain, alter: tag === '9F46' ? dropCertificate : drop });
    expect(paid.outcome.type).toBe('end-application');
    expect(datum(paid, '9F8204')?.slice(0, 4)).toBe('0006');
  });

  test('an extended tag list that is none', () => {
    const alter: CardOptions['alter'] = (name, answer) =>
      name === 'read-record' ? answer.replace('9F810A03849F2C', '9F810A03849F9F') : answer;
    ends(run({ alter }), '00040000001C', 8);
  });
});

function dropCertificate(name: CardCommand, answer: string): string {
  return name === 'read-record' ? answer.replace('9F4681', '9F7C81') : answer;
}

test('an IAD-MAC is copied where the card says', () => {
  const card: CardOptions = { aip: '010C', cryptogramObjects: [tlv('9F8107', '18')] };
  const paid = run(card);
  expect(paid.outcome.type).toBe('approved');
  expect(datum(paid, '9F10')?.slice(48)).toBe(datum(paid, '9F8109'));
  expect(datum(run({ aip: '0108' }), '9F10')?.slice(48)).toBe('0'.repeat(16));
  expect(datum(run({ aip: '010E' }), '9F10')?.slice(48)).toBe('0'.repeat(16));
});

describe('the terminal’s own fault', () => {
  const needed = Object.keys(CONFIGURATION).filter((tag) => !/9F821[3-8DF]/.test(tag));

  test.each(needed)('%s is not configured', (tag) => {
    const paid = run({}, { [tag]: '' });
    expect(paid.exchange).toHaveLength(2);
    expect(datum(paid, '9F8204')).toBe('000F0000001C');
    expect(paid.outcome.reason).toBeUndefined();
  });

  test.each(['9F8213', '9F8214', '9F8215', '9F8216', '9F8217', '9F8218'])(
    '%s is not configured, and relay resistance is on',
    (tag) => {
      expect(datum(run({}, { [tag]: '', '9F8209': '1800' }), '9F8204')).toBe('000F0000001C');
      expect(run({}, { [tag]: '' }).outcome.type).toBe('approved');
    },
  );

  test.each([
    ['a limit that is no number', { '9F820D': '00000000000A' }],
    ['a short action code', { '9F820B': '00000000' }],
    ['RSA certificates', { '9F8209': '2000' }],
  ])('%s', (_, configuration) => {
    expect(datum(run({}, configuration), '9F8204')).toBe('000F0000001C');
  });

  test('a private key that is none', () => {
    const card = new FixtureCard();
    const input = saleInput({}, { ephemeralPrivateKeys: [hex('00'.repeat(32))] });
    const paid = pay(input, (command) => card.transmit(command));
    expect(datum(paid, '9F8204')).toBe('000F0000001C');
  });
});

test('a card that is lost at any command may be presented again', () => {
  const configuration = { '9F8209': '1800', '9F8203': '9F8111' };
  const card = () => new FixtureCard({ aip: '010B', envelopes: { '9F8111': '9F811101FF' } });
  const whole = card();
  const { exchange } = pay(saleInput(configuration), (command) => whole.transmit(command), 15_000);
  expect(exchange).toHaveLength(10);
  for (let lost = 2; lost < exchange.length; lost++) {
    const one = card();
    const answer = (command: string, number: number) =>
      number === lost ? undefined : one.transmit(command);
    const input = saleInput(configuration, { presentations: 1 });
    const paid = pay(input, answer, 15_000);
    expect(paid.outcome).toMatchObject({
      type: 'end-application',
      start: 'B',
      reason: 'card-lost',
      uiOnRestart: { message: 'try-again', status: 'ready-to-read' },
    });
    expect(datum(paid, '9F8204')).toBe('020000000021');
    const second = card();
    const retry = pay(
      saleInput(configuration),
      (command, number) => (number === lost ? undefined : second.transmit(command)),
      15_000,
    );
    expect(retry.outcome.type).toBe('approved');
  }
});

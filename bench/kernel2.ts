import { createHash } from 'node:crypto';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { runEntryPoint } from '#kernel/emv/contactless/entry-point.ts';
import type { ContactlessInput } from '#kernel/emv/contactless/input.ts';
import { bigintRsa } from '#kernel/emv/oda/rsa-bigint.ts';
import type { RsaRecovery } from '#kernel/ports/rsa.ts';
import { encodeTlv, type TlvInput } from '#kernel/tlv/ber.ts';
import { issueCertificate, makeKey, nodeRsa, signDynamicData } from './oda-card.ts';

const WARM_UP = 300;
const RUNS = 3000;
const AID = 'A0000000041010';
const PAN = '5413330089020029';
const NUMBER = hex('11223344');
/** Amount, other amount, country, TVR, currency, date, type, number, terminal type, CVM results. */
const CDOL1 = '9F02069F03069F1A0295055F2A029A039C019F37049F35019F34039F3303';

/** A card that gives these answers in this order, each by its command. */
interface Card {
  readonly answers: ReadonlyMap<string, Uint8Array>;
  readonly input: ContactlessInput;
}

/**
 * How long the kernel takes over a transaction, from SELECT PPSE to the outcome, card and host
 * excluded: the answers are there before. Milliseconds; beside them how many commands there are and
 * how many bytes go each way, which is the least that the card's AFL allows.
 */
write('ms', ['first', 'p50', 'p99', 'commands', 'bytes out', 'bytes in']);
for (const [name, bits] of [
  ['CDA, all keys 1984 bits', [1984, 1984, 1984]],
  ['CDA, keys 1408, 1152, 768 bits', [1408, 1152, 768]],
] as const) {
  const card = makeCard(bits);
  for (const [by, rsa] of [
    ['bigint', bigintRsa],
    ['node:crypto', nodeRsa],
  ] as const) {
    measure(`kernel 2, ${name}: ${by}`, card, rsa);
  }
}

function makeCard([caBits, issuerBits, iccBits]: readonly [number, number, number]): Card {
  const [ca, issuer, icc] = [makeKey(caBits), makeKey(issuerBits), makeKey(iccBits)];
  const signed = objects({ '5A': PAN, '5F34': '01', '5F24': '301231' });
  const aip = '1980';
  const staticData = concatBytes(encodeTlv(signed), hex(aip));
  const first = issueCertificate(ca, issuer, { holder: '541333FF', expiry: '1230' });
  const holder = `${PAN}FFFF`;
  const second = issueCertificate(issuer, icc, { holder, expiry: '1230' }, staticData);
  const unsigned = objects({
    '57': `${PAN}D30122010000000000`,
    '8C': CDOL1,
    '8E': '00000000000000001F00',
    '9F07': 'FFC0',
    '5F28': '0056',
    '9F4A': '82',
    '8F': 'F0',
    '9F32': encodeHex(issuer.exponent),
    '9F47': encodeHex(icc.exponent),
  });
  const answers = new Map<string, Uint8Array>();
  const entry = objects({ '4F': AID, '87': '01' });
  const directory = { tag: 'BF0C', children: [{ tag: '61', children: entry }] };
  const name = encodeHex(new TextEncoder().encode('2PAY.SYS.DDF01'));
  const select = (text: string): string => `00A40400${byte(text.length / 2)}${text}00`;
  answers.set(select(name), template('6F', [{ tag: 'A5', children: [directory] }]));
  const proprietary = { tag: 'A5', children: objects({ '50': '4D43' }) };
  answers.set(select(AID), template('6F', [...objects({ '84': AID }), proprietary]));
  const afl = '100102011801010020010100280101003001010038010100';
  answers.set('80A8000002830000', template('77', objects({ '82': aip, '94': afl })));
  const records: readonly (readonly [string, readonly TlvInput[]])[] = [
    ['0114', signed],
    ['0214', unsigned],
    ['011C', [{ tag: '90', value: first.certificate }]],
    ['0124', [{ tag: '9F46', value: second.certificate }]],
    ['012C', [{ tag: '92', value: first.remainder }]],
    ['0134', [{ tag: '9F48', value: second.remainder }]],
    ['013C', objects({ '9F08': '0002' })],
  ];
  for (const [place, children] of records) answers.set(`00B2${place}00`, template('70', children));
  const dol = hex(
    `000000001000000000000000005600000000010978261127001122334422${'1F0002'}${'000808'}`,
  );
  const head = encodeTlv(objects({ '9F27': '80', '9F36': '0007' }));
  const tail = encodeTlv(objects({ '9F10': '0110A040002C0000000000000000000000FF' }));
  const hash = createHash('sha1')
    .update(concatBytes(dol, head, tail))
    .digest();
  const dynamic = concatBytes(hex('08010203040506070880A1A2A3A4A5A6A7A8'), hash);
  const signature = encodeTlv([{ tag: '9F4B', value: signDynamicData(icc, dynamic, NUMBER) }]);
  const value = concatBytes(head, signature, tail);
  answers.set(
    `80AE9000${byte(dol.length)}${encodeHex(dol)}00`,
    concatBytes(encodeTlv([{ tag: '77', value }]), hex('9000')),
  );
  return { answers, input: inputOf({ ...ca, rid: hex('A000000004'), index: 0xf0 }) };
}

function inputOf(caKey: NonNullable<ContactlessInput['caKeys']>[number]): ContactlessInput {
  const zero = hex('0000000000');
  const data = {
    '9F35': hex('22'),
    DF8117: hex('00'),
    DF8118: hex('08'),
    DF8119: hex('08'),
    DF811F: hex('08'),
    DF8120: zero,
    DF8121: zero,
    DF8122: zero,
    DF8123: hex('000000005000'),
  };
  return {
    amountMinor: 1000n,
    amountOtherMinor: 0n,
    transactionType: '00',
    currency: '978',
    terminalCountry: '056',
    date: '261127',
    time: '120000',
    unpredictableNumbers: [NUMBER],
    terminalData: {},
    combinations: [{ aid: AID, kernelId: 2, limits: {}, data }],
    caKeys: [caKey],
  };
}

/** One transaction: the kernel's time without that of looking an answer up. */
function pay({ answers, input }: Card, rsa: RsaRecovery) {
  const counts = { commands: 0, out: 0, in: 0 };
  let spentMs = 0;
  let began = performance.now();
  const step = runEntryPoint({ ...input, rsa });
  let next = step.next(undefined as never);
  while (!next.done) {
    const command = next.value;
    spentMs += performance.now() - began;
    if (command.type === 'transmit') {
      const response = answers.get(encodeHex(command.command));
      if (!response) throw new Error(`no answer to ${encodeHex(command.command)}`);
      counts.commands += 1;
      counts.out += command.command.length;
      counts.in += response.length;
      began = performance.now();
      next = step.next({ type: 'response', response });
    } else {
      began = performance.now();
      next = step.next({ type: command.type === 'activate' ? 'activated' : 'shown' });
    }
  }
  spentMs += performance.now() - began;
  const oda = next.value.type === 'outcome' ? next.value.outcome.oda : undefined;
  if (oda !== 'cda-verified') throw new Error(`the signature is ${oda}`);
  return { spentMs, counts };
}

function measure(name: string, card: Card, rsa: RsaRecovery): void {
  const runs = Array.from({ length: WARM_UP + RUNS }, () => pay(card, rsa));
  const sorted = runs
    .slice(WARM_UP)
    .map(({ spentMs }) => spentMs)
    .sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  const [first] = runs;
  if (!first) return;
  const { counts } = first;
  const times = [first.spentMs, at(0.5), at(0.99)].map((ms) => ms.toFixed(3));
  write(name, [...times, ...[counts.commands, counts.out, counts.in].map(String)]);
}

function objects(values: Readonly<Record<string, string>>): readonly TlvInput[] {
  return Object.entries(values).map(([tag, value]) => ({ tag, value: hex(value) }));
}

function template(tag: string, children: readonly TlvInput[]): Uint8Array {
  return concatBytes(encodeTlv([{ tag, children }]), hex('9000'));
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0').toUpperCase();
}

function write(name: string, columns: readonly string[]): void {
  process.stdout.write(`${name.padEnd(52)}${columns.map((c) => c.padStart(10)).join('')}\n`);
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Message } from '#kernel/iso8583/message.ts';
import { encodeAdditionalData } from '#kernel/transaction/additional-data.ts';
import {
  buildNetworkManagement,
  buildReconciliation,
} from '#kernel/transaction/follow-up-messages.ts';
import { verifyAudit } from '../audit/audit-log.ts';
import { balanceMinor, cardAccount, heldAccount, verifyLedger } from '../ledger/ledger.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { expireHolds } from './expire-holds.ts';
import type { Sale, TestTerminal } from './test-terminal.fixture.ts';

let cloud: RunningCloud;
let terminal: TestTerminal;

beforeAll(async () => {
  cloud = await RunningCloud.start();
  terminal = await cloud.connect();
});
afterAll(() => cloud?.stop());

const send = async ({ bytes }: Pick<Sale, 'bytes'>) =>
  terminal.open(await terminal.exchange(bytes)).fields;
const code = async (sale: Pick<Sale, 'bytes'>) => (await send(sale))[39];
const verified = { verification: 'cdcvm' } as const;

async function preauthorise(amountMinor: bigint): Promise<Sale> {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { ...verified, kind: 'preauthorisation', amountMinor });
  expect(await code(sale)).toBe('00');
  return sale;
}

async function purchase(amountMinor: bigint): Promise<Sale> {
  const sale = terminal.sale(await cloud.card('everyday'), {
    ...verified,
    amountMinor,
    mti: '0200',
  });
  expect(await send(sale)).toMatchObject({ 39: '00', 38: expect.stringMatching(/^\d{6}$/) });
  return sale;
}

/** What is on the card and what is held, of the card of a sale. */
async function fundsOf(sale: Sale): Promise<{ card: bigint; held: bigint }> {
  const row = await cloud.db
    .selectFrom('transactions')
    .select('card_token')
    .where('stan', '=', String(sale.message.fields[11]))
    .executeTakeFirstOrThrow();
  const of = (account: string) => balanceMinor(cloud.db, account, '978');
  const token = row.card_token ?? '';
  return { card: await of(cardAccount(token)), held: await of(heldAccount(token)) };
}

test('a preauthorisation holds, more can be held, and less can be taken', async () => {
  const sale = await preauthorise(1_000n);
  const before = await fundsOf(sale);
  expect(await code(terminal.followUp('increment', sale, 500n))).toBe('00');
  expect(await fundsOf(sale)).toEqual({ card: before.card - 500n, held: before.held + 500n });
  expect(await code(terminal.followUp('completion', sale, 1_501n))).toBe('13');
  expect(await code(terminal.followUp('completion', sale, 1_200n))).toBe('00');
  const amounts = { authorised_minor: 1_500n, captured_minor: 1_200n, kind: 'preauthorisation' };
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'captured', ...amounts }]);
  expect(await fundsOf(sale)).toEqual({ card: before.card - 200n, held: before.held - 1_000n });
  expect(await code(terminal.followUp('completion', sale, 1n))).toBe('12');
  expect(await code(terminal.followUp('increment', sale, 1n))).toBe('12');
});

test('an increment that was not answered is undone by its reversal, once', async () => {
  const sale = await preauthorise(1_000n);
  const increment = terminal.followUp('increment', sale, 300n);
  expect(await code(increment)).toBe('00');
  for (const attempt of [1, 2]) {
    expect(await code({ bytes: terminal.reversal(increment, { attempt }) })).toBe('00');
  }
  expect(await cloud.recordsOf(sale)).toMatchObject([{ authorised_minor: 1_000n }]);
  expect(await code({ bytes: terminal.reversal(sale) })).toBe('00');
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'reversed', authorised_minor: 0n }]);
  expect(await code(terminal.followUp('completion', sale, 1_000n))).toBe('12');
});

test('refunds never exceed what was taken, whatever is sent at once', async () => {
  const sale = await purchase(1_000n);
  const before = await fundsOf(sale);
  const refunds = Array.from({ length: 6 }, () => terminal.followUp('refund', sale, 300n));
  const answers = await Promise.all(refunds.map(({ bytes }) => cloud.answer(bytes)));
  const codes = answers.map((answer) => terminal.open(answer).fields[39]);
  expect(codes.toSorted()).toEqual(['00', '00', '00', '13', '13', '13']);
  expect(await code(terminal.followUp('refund', sale, 100n))).toBe('00');
  expect(await cloud.recordsOf(sale)).toMatchObject([
    { state: 'refunded', refunded_minor: 1_000n },
  ]);
  expect(await fundsOf(sale)).toEqual({ ...before, card: before.card + 1_000n });
});

test('a reversal gives back only what a refund has left, and is confirmed', async () => {
  const sale = await purchase(1_000n);
  const before = await fundsOf(sale);
  expect(await code(terminal.followUp('refund', sale, 300n))).toBe('00');
  for (const attempt of [1, 2]) {
    expect(await code({ bytes: terminal.reversal(sale, { attempt }) })).toBe('00');
    expect(await cloud.recordsOf(sale)).toMatchObject([
      { state: 'refunded', refunded_minor: 1_000n, reversal_reason: '68' },
    ]);
  }
  expect(await fundsOf(sale)).toEqual({ ...before, card: before.card + 1_000n });
});

test('a refund that was not answered is undone, and refused when it comes after', async () => {
  const sale = await purchase(1_000n);
  const refund = terminal.followUp('refund', sale);
  expect(await code(refund)).toBe('00');
  expect(await code({ bytes: terminal.reversal(refund) })).toBe('00');
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'captured', refunded_minor: 0n }]);
  const late = terminal.followUp('refund', sale);
  expect(await code({ bytes: terminal.reversal(late) })).toBe('00');
  expect(await code(late)).toBe('12');
  expect(await cloud.recordsOf(sale)).toMatchObject([{ refunded_minor: 0n }]);
});

test('a refund that a closed batch counts is settled, and undone no more', async () => {
  const sale = await purchase(1_000n);
  const refund = terminal.followUp('refund', sale, 400n);
  expect(await code(refund)).toBe('00');
  const totals = { credits: 0, creditsMinor: 0n, debits: 0, debitsMinor: 0n, currency: '978' };
  const closing = buildReconciliation('0520', totals, terminal.file, terminal.trace());
  expect(await code({ bytes: terminal.seal(closing) })).toBe('00');
  expect(await code({ bytes: terminal.reversal(refund) })).toBe('12');
  expect(await cloud.recordsOf(sale)).toMatchObject([{ refunded_minor: 400n }]);
});

test('a void names all that stands, and what is voided stays so', async () => {
  const sale = await purchase(800n);
  expect(await code(terminal.followUp('void', sale, 799n))).toBe('64');
  expect(await code(terminal.followUp('void', sale))).toBe('00');
  expect(await code(terminal.followUp('void', sale, 0n))).toBe('12');
  expect(await code(terminal.followUp('refund', sale, 1n))).toBe('12');
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'voided' }]);
  expect(await cloud.entriesOf(sale)).toEqual(['sale']);
});

test('a message about nothing that is known, in another currency or of another shop', async () => {
  const sale = await purchase(500n);
  const unknown = { ...sale, trace: { ...sale.trace, stan: 777_777 } };
  expect(await code(terminal.followUp('refund', unknown))).toBe('25');
  expect(await code(terminal.followUp('refund', { ...sale, currency: '840' }))).toBe('30');
  const refund = terminal.followUp('refund', sale);
  const fields = { ...refund.message.fields, 42: 'TESSERA00000002' };
  expect(await code({ bytes: terminal.seal({ ...refund.message, fields }) })).toBe('30');
});

test('a repeat gets the first answer, another message of its name is refused', async () => {
  const sale = await purchase(900n);
  const refund = terminal.followUp('refund', sale, 400n);
  const first = await terminal.exchange(refund.bytes);
  const repeat = terminal.seal({ ...refund.message, mti: '0201' });
  expect(await terminal.exchange(repeat)).toEqual(first);
  const other = { ...refund.message, fields: { ...refund.message.fields, 4: '000000000001' } };
  expect(await code({ bytes: terminal.seal(other) })).toBe('94');
  // And the name of a purchase is not free for a refund.
  const taken = { ...refund.message, fields: { ...refund.message.fields } };
  taken.fields = { ...taken.fields, 11: String(sale.message.fields[11]), 4: '000000000001' };
  expect(await code({ bytes: terminal.seal(taken) })).toBe('94');
  expect(await cloud.recordsOf(sale)).toMatchObject([{ refunded_minor: 400n }]);
});

test('less is approved only where the terminal can take it', async () => {
  const card = await cloud.card('empty');
  const rich = await purchase(300n);
  const { card_token } = await cloud.db
    .selectFrom('cards')
    .select('card_token')
    .where('masked_pan', '=', '999999******0022')
    .executeTakeFirstOrThrow();
  await cloud.give(card_token, 700n);
  expect(rich.amountMinor).toBe(300n);
  const asked = { ...verified, amountMinor: 1_000n };
  expect(await code(terminal.sale(card, asked))).toBe('51');
  const fields = { 48: encodeAdditionalData({ takesPartialApproval: true }) };
  const sale = terminal.sale(card, { ...asked, fields });
  expect(await send(sale)).toMatchObject({
    39: '10',
    4: '000000000700',
    54: '0057978C000000001000',
  });
  expect(await cloud.recordsOf(sale)).toMatchObject([
    { amount_minor: 1_000n, authorised_minor: 700n, captured_minor: 700n },
  ]);
  expect(await code({ bytes: terminal.reversal(sale) })).toBe('00');
});

test('a balance is told and nothing is moved', async () => {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { kind: 'balance', amountMinor: 0n });
  const before = await send(sale);
  expect(before[39]).toBe('00');
  const { card: funds } = await fundsOf(sale);
  expect(before[54]).toBe(`0002978C${funds.toString().padStart(12, '0')}`);
  expect(await cloud.entriesOf(sale)).toEqual([]);
  expect(await code(terminal.sale(card, { kind: 'balance', amountMinor: 5n }))).toBe('13');
});

test('an advice tells of what the card approved by itself, and needs its certificate', async () => {
  const card = await cloud.card('everyday');
  const sale = terminal.sale(card, { kind: 'advice', amountMinor: 7_000n });
  const answer = terminal.open(await terminal.exchange(sale.bytes));
  expect(answer).toMatchObject({ mti: '0130', fields: { 39: '00' } });
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'captured', kind: 'advice' }]);
  const { message } = terminal.sale(card, { kind: 'purchase' });
  const fields = { ...message.fields, 11: '004999' };
  expect(await code({ bytes: terminal.seal({ mti: '0120', fields }) })).toBe('82');
});

test('a reversal advice undoes as a reversal does', async () => {
  const sale = await purchase(600n);
  const reversal = terminal.open(terminal.reversal(sale));
  const advice = terminal.seal({ ...reversal, mti: '0420' });
  expect(terminal.open(await terminal.exchange(advice))).toMatchObject({
    mti: '0430',
    fields: { 39: '00' },
  });
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'reversed' }]);
});

test('what was held for too long is let go, once, and can no longer be taken', async () => {
  const sale = await preauthorise(1_000n);
  const before = await fundsOf(sale);
  const later = (days: number) => new Date(Date.now() + days * 86_400_000);
  await expireHolds(cloud.db, later(6));
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'authorised' }]);
  await Promise.all([expireHolds(cloud.db, later(8)), expireHolds(cloud.db, later(8))]);
  expect(await cloud.recordsOf(sale)).toMatchObject([{ state: 'expired', authorised_minor: 0n }]);
  const after = await fundsOf(sale);
  expect(after.held).toBe(0n);
  expect(after.card).toBe(before.card + before.held);
  expect(await code(terminal.followUp('completion', sale, 1_000n))).toBe('12');
});

test('every class of message acts once and refuses another under its name', async () => {
  const card = await cloud.card('everyday');
  const held = await preauthorise(500n);
  const sale = await purchase(500n);
  const { file } = terminal;
  const totals = { credits: 0, creditsMinor: 0n, debits: 0, debitsMinor: 0n, currency: '840' };
  const messages: readonly Message[] = [
    terminal.sale(card, verified).message,
    terminal.sale(card, { kind: 'advice' }).message,
    terminal.followUp('refund', sale, 100n).message,
    terminal.followUp('completion', held, 400n).message,
    terminal.open(terminal.reversal(terminal.sale(card))),
    { ...terminal.open(terminal.reversal(terminal.sale(card))), mti: '0420' },
    buildReconciliation('0500', totals, file, terminal.trace()),
    buildReconciliation('0520', totals, file, terminal.trace()),
    buildNetworkManagement('signOn', file, terminal.trace()),
  ];
  for (const { mti, fields } of messages) {
    // A reversal that was opened still has its MAC.
    const { 64: _, 128: __, ...plain } = fields;
    const bytes = terminal.seal({ mti, fields: plain });
    const [first, again] = [await terminal.exchange(bytes), await terminal.exchange(bytes)];
    expect([mti, terminal.open(first).fields[39]]).toEqual([mti, '00']);
    expect(again).toEqual(first);
    // One field of no weight makes it another message.
    const other = terminal.seal({ mti, fields: { ...plain, 22: '012' } });
    const refused = terminal.open(await terminal.exchange(other));
    expect([mti, refused.fields[39]]).toEqual([mti, '94']);
  }
  const classes = await cloud.db
    .selectFrom('idempotency')
    .select('message_class')
    .distinct()
    .execute();
  expect(classes).toHaveLength(messages.length);
});

test('after all of it the ledger adds up and every chain of the audit log holds', async () => {
  expect(await verifyLedger(cloud.db)).toMatchObject({ misstated: [], overdrawn: [] });
  const { broken, entries, heads } = await verifyAudit(cloud.db);
  expect(broken).toEqual([]);
  expect(entries).toBeGreaterThan(30);
  expect(heads.map(({ shard }) => shard)).toEqual(['10000001', 'operator']);
});

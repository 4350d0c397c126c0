import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FidoAssertion, readFidoChallenge } from '#kernel/transaction/fido-assertion.ts';
import type { TestCard } from '../acquirer/test-card.fixture.ts';
import { type Sale, type SaleOptions, TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import { verifyAudit } from '../audit/audit-log.ts';
import { RunningCloud } from '../running-cloud.fixture.ts';
import { parseFeatures } from '../scoring/features.ts';
import { DEFAULT_RULES_TEXT } from '../scoring/scorer-files.ts';
import { registerCredential } from './fido-step-up.ts';
import { authenticatorOf } from './signed-challenge.fixture.ts';

const ring = authenticatorOf('ES256');
const band = authenticatorOf('EdDSA');
const AMOUNT = 6_000n;

let folder: string;
let cloud: RunningCloud;
let terminal: TestTerminal;
let card: TestCard;
let cardToken: string;

beforeAll(async () => {
  // So many at once are no risk here, and none is so low that it is exempt.
  const tiers = { medium: 0, high: 600, refuse: 800 };
  folder = await mkdtemp(path.join(tmpdir(), 'tessera-step-up-'));
  const rules = path.join(folder, 'rules.json');
  const given = JSON.parse(DEFAULT_RULES_TEXT);
  await writeFile(rules, JSON.stringify({ ...given, tiers, rules: [] }));
  cloud = await RunningCloud.start({ rules });
  terminal = await cloud.connect();
  card = await cloud.card('everyday');
  const sale = terminal.sale(card, { amountMinor: 100n });
  await terminal.exchange(sale.bytes);
  const paid = cloud.db.selectFrom('transactions').select('card_token');
  cardToken = (await paid.executeTakeFirstOrThrow()).card_token ?? '';
  for (const { registration } of [ring, band]) {
    const registered = await registerCredential(
      cloud.db,
      { cardToken, ...registration },
      new Date(),
    );
    expect(registered).toEqual({ ok: true, value: true });
  }
});
afterAll(async () => {
  await cloud?.stop();
  await rm(folder, { recursive: true, force: true });
});

const web = (options: SaleOptions = {}, assertion?: FidoAssertion): SaleOptions => ({
  amountMinor: AMOUNT,
  ...options,
  context: { channel: 'web', ...(assertion && { assertion }) },
});

/** Asks without an assertion: the challenge that comes back. */
async function ask(at = terminal, options: SaleOptions = {}) {
  const sale = at.sale(card, web(options));
  const answer = at.open(await at.exchange(sale.bytes));
  expect(answer.fields[39]).toBe('1A');
  const challenge = readFidoChallenge(answer.fields[61]);
  if (!challenge) throw new Error('no challenge');
  return { challenge, intent: sale.trace };
}

async function retry(assertion: FidoAssertion, at = terminal, options: SaleOptions = {}) {
  const sale = at.sale(card, web(options, assertion));
  return { sale, code: at.open(await at.exchange(sale.bytes)).fields[39] };
}

/** What the audit log says became of the assertion that came with a sale. */
async function fateOf(sale: Sale, terminalId = terminal.file.terminalId): Promise<unknown> {
  const entries = await cloud.db
    .selectFrom('audit_log')
    .select('entry')
    .where('shard', '=', terminalId)
    .execute();
  const stan = sale.message.fields[11];
  return entries.map(({ entry }) => JSON.parse(entry)).find((each) => each.stan === stan).assertion;
}

async function expectRefused(assertion: FidoAssertion, fate: string, options: SaleOptions = {}) {
  const { sale, code } = await retry(assertion, terminal, options);
  expect([code, await fateOf(sale)]).toEqual(['63', fate]);
  expect(await cloud.entriesOf(sale)).toEqual([]);
}

test.each([
  ['ES256', ring],
  ['EdDSA', band],
])('a payment on the web is approved once its holder signed it with %s', async (_, device) => {
  const { challenge, intent } = await ask();
  const { sale, code } = await retry({ ...device.sign(challenge), intent });
  expect([code, await fateOf(sale)]).toEqual(['00', 'verified']);
  const { features } = await cloud.db
    .selectFrom('decisions')
    .select('features')
    .where('stan', '=', String(sale.message.fields[11]))
    .executeTakeFirstOrThrow();
  expect(parseFeatures(features)).toMatchObject({ value: { verification: 'fido2' } });
  expect(await cloud.entriesOf(sale)).toEqual(['sale']);
});

test('the same message again gets the same answer, and signs for one payment alone', async () => {
  const { challenge, intent } = await ask();
  const assertion = { ...ring.sign(challenge), intent };
  const { sale, code } = await retry(assertion);
  expect(code).toBe('00');
  const repeated = terminal.open(await terminal.exchange(sale.bytes));
  expect(repeated.fields[39]).toBe('00');
  await expectRefused(assertion, 'used');
});

test('another amount, payee, currency or request than what was signed is refused', async () => {
  const { challenge, intent } = await ask();
  const assertion = { ...ring.sign(challenge), intent };
  await expectRefused(assertion, 'wrong-challenge', { amountMinor: AMOUNT + 1n });
  const other = await ask();
  await expectRefused({ ...assertion, intent: other.intent }, 'wrong-challenge');
  await expectRefused({ ...assertion, intent: { ...intent, stan: 999_998 } }, 'unknown-intent');
  // Refused for something else, it can still be used for what it is.
  expect((await retry(assertion)).code).toBe('00');
});

test('a terminal of another shop does not get the money that was meant for this one', async () => {
  const file = await cloud.enrol('10000002');
  await cloud.db
    .updateTable('terminals')
    .set({ merchant_id: 'TESSERA00000009' } as object)
    .where('terminal_id', '=', '10000002')
    .execute();
  const other = await TestTerminal.connect({ ...file, merchantId: 'TESSERA00000009' });
  const { challenge, intent } = await ask();
  const assertion = { ...ring.sign(challenge), intent };
  const stolen = await retry(assertion, other);
  expect([stolen.code, await fateOf(stolen.sale, '10000002')]).toEqual(['63', 'unknown-intent']);
  // Also where it was asked for a verification under the same number itself.
  await ask(other, { trace: { ...other.trace(), ...intent } });
  const renamed = await retry(assertion, other);
  expect([renamed.code, await fateOf(renamed.sale, '10000002')]).toEqual(['63', 'wrong-challenge']);
  other.close();
});

test('a wrong origin, relying party, flag, key or counter is refused', async () => {
  const { challenge, intent } = await ask();
  const origin = 'https://phish.example';
  await expectRefused({ ...ring.sign(challenge, { origin }), intent }, 'wrong-origin');
  const good = ring.sign(challenge);
  const change = (at: number, value: number) => ({
    ...good,
    intent,
    authenticatorData: good.authenticatorData.map((byte, i) => (i === at ? value : byte)),
  });
  await expectRefused(change(0, (good.authenticatorData[0] ?? 0) ^ 1), 'wrong-relying-party');
  await expectRefused(change(32, 0x01), 'user-not-verified');
  await expectRefused(change(36, 0xff), 'bad-signature');
  const stranger = authenticatorOf('ES256').sign(challenge);
  await expectRefused({ ...stranger, intent }, 'unknown-credential');
  const { credentialId } = good;
  await expectRefused({ ...stranger, credentialId, intent }, 'bad-signature');
  const later = await ask();
  expect((await retry({ ...ring.sign(later.challenge), intent: later.intent })).code).toBe('00');
  await expectRefused({ ...good, intent }, 'counter-went-back');
});

test('a challenge that is too old is refused, and so is one that nobody asked for', async () => {
  const { challenge, intent } = await ask();
  const stan = `${intent.stan}`.padStart(6, '0');
  const before = new Date(Date.now() - 301_000);
  await cloud.db
    .updateTable('transactions')
    .set({ received_at: before } as object)
    .where('stan', '=', stan)
    .execute();
  await expectRefused({ ...ring.sign(challenge), intent }, 'too-late');
  const paid = terminal.sale(card, { amountMinor: 100n });
  await terminal.exchange(paid.bytes);
  await expectRefused({ ...ring.sign(challenge), intent: paid.trace }, 'unknown-intent');
});

test('parts that are missing or random are as good as none', async () => {
  const { intent } = await ask();
  const junk = (length: number) => new Uint8Array(randomBytes(length));
  const parts = { clientDataJson: junk(130), authenticatorData: junk(37), signature: junk(71) };
  const { credentialId } = ring.registration;
  await expectRefused({ credentialId, ...parts, intent }, 'bad-client-data');
  const sale = terminal.sale(card, web());
  const dataset = sale.message.fields[60];
  if (typeof dataset !== 'object') throw new Error('no dataset');
  const only = Uint8Array.of(...dataset, 0xdf, 0x0d, 2, 1, 2);
  const fields = { ...sale.message.fields, 60: only };
  const sealed = terminal.seal({ ...sale.message, fields });
  expect(terminal.open(await terminal.exchange(sealed)).fields[39]).toBe('1A');
});

test('a key that is none is not registered, and the same credential once', async () => {
  const register = (publicKey: Uint8Array) =>
    registerCredential(cloud.db, { cardToken, ...ring.registration, publicKey }, new Date());
  expect(await register(Uint8Array.of(0xa0))).toMatchObject({ ok: false });
  expect(await register(ring.registration.publicKey)).toEqual({ ok: true, value: false });
  expect((await verifyAudit(cloud.db)).broken).toEqual([]);
});

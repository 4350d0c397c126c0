import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { afterEach, expect, test, vi } from 'vitest';
import { readPacks } from '#certify/pack.ts';
import { runVectors } from '#certify/run.ts';
import type { JsonObject } from '#certify/vector-kind.ts';
import { SimulatedCardReader } from '#drivers/simulated/card-reader.ts';
import { SimulatedHostLink } from '#drivers/simulated/host-link.ts';
import { SimulatedJournal } from '#drivers/simulated/journal.ts';
import { EVERYDAY } from '#wearable/profile.fixture.ts';
import { createWearable } from '#wearable/wearable.ts';
import schema from '../../test-vectors/schema/transaction.schema.json' with { type: 'json' };
import { runnerSettings } from '../config/runner-settings.ts';
import { systemClock, systemEntropy } from '../runner/system.ts';
import { type CaptureTarget, PaymentDesk } from '../till/payment-desk.ts';
import { MAC_KEY, ScriptedAcquirer } from '../till/scripted-acquirer.fixture.ts';
import { capturePayment, mayCapture } from './capture.ts';

const LINE = { lineId: '1', itemId: '1', name: 'Oat milk', quantity: 1, taxPermille: 70 } as const;
const SALE = { saleId: 'sale-1', amountMinor: 1430n, lines: [{ ...LINE, unitPriceMinor: 1430n }] };
const IDENTITY = { terminalId: '10000001', merchantId: 'TESSERA00000001' };

const open: PaymentDesk[] = [];
afterEach(async () => {
  for (const desk of open.splice(0)) await desk.close();
});

function soon<T>(look: () => T): ReturnType<typeof vi.waitUntil<T>> {
  return vi.waitUntil(look, { interval: 2, timeout: 5_000 });
}

/** Pays at a till that captures; `removeAfterApdus`: the card leaves and comes back. */
async function pay(capture?: CaptureTarget, removeAfterApdus?: number): Promise<string> {
  const reader = new SimulatedCardReader();
  const host = new SimulatedHostLink(new ScriptedAcquirer().script);
  const journal = new SimulatedJournal();
  const ports = { readers: [reader], host, journal, clock: systemClock, entropy: systemEntropy };
  const settings = runnerSettings({ identity: IDENTITY, macKey: MAC_KEY });
  const desk = new PaymentDesk(ports, settings, () => undefined, capture);
  open.push(desk);
  const started = await desk.start(SALE);
  if (!started.ok) throw new Error(started.error.kind);
  if (removeAfterApdus !== undefined) {
    await soon(() => reader.present(createWearable(EVERYDAY), { removeAfterApdus }));
  }
  await soon(() => reader.present(createWearable(EVERYDAY)));
  await soon(() => desk.current()?.state === 'approved');
  return started.value.paymentId;
}

function newTarget() {
  const directory = path.join(mkdtempSync(path.join(tmpdir(), 'tessera-capture-')), 'new');
  const said: string[] = [];
  return { directory, said, say: (sentence: string) => said.push(sentence) };
}

test.each([undefined, 2, 3])(
  'a payment is kept, and certify passes it; lost after %s',
  async (lost) => {
    const target = newTarget();
    const paymentId = await pay(target, lost);
    await soon(() => target.said.length > 0);
    const file = path.join(target.directory, `${paymentId}.json`);
    expect(target.said).toEqual([`Captured: ${file}`]);
    const json = JSON.parse(readFileSync(file, 'utf8'));
    const validate = new Ajv().compile(schema);
    expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
    const runs = await runVectors(readPacks([file]));
    expect(runs).toMatchObject([{ id: paymentId, kind: 'transaction' }]);
    expect(runs[0]?.failure).toBeUndefined();
    const [vector] = json.vectors;
    expect(vector).toMatchObject({
      flags: [],
      expect: { outcome: 'online-request', selectedAid: EVERYDAY.aid },
      input: { host: { responseCode: '00' }, transaction: { amount: '1430' } },
    });
  },
);

test('the card number is nowhere in it, and the same stand-in wherever one was', async () => {
  const target = newTarget();
  await pay(target);
  await soon(() => target.said.length > 0);
  const [name = ''] = readdirSync(target.directory);
  const text = readFileSync(path.join(target.directory, name), 'utf8');
  expect(text).not.toContain(EVERYDAY.pan);
  const { vectors } = JSON.parse(text);
  const { de55 } = vectors[0].expect as { de55: JsonObject };
  expect(String(de55['57'])).toMatch(/^9999990000000006D2802/);
  expect(text.split('9999990000000006').length).toBeGreaterThan(2);
});

test('what is captured is compared: another answer of the card fails it', async () => {
  const target = newTarget();
  await pay(target);
  await soon(() => target.said.length > 0);
  const [name = ''] = readdirSync(target.directory);
  const file = path.join(target.directory, name);
  const files = readPacks([file]);
  const changed = JSON.parse(
    JSON.stringify(files).replaceAll('9999990000000006D', '9999990000000015D'),
  );
  changed[0].vectors[0].expect = files[0]?.vectors[0]?.expect;
  const [run] = await runVectors(changed);
  expect(run?.failure?.reason).toBe('mismatch');
});

test('off unless it is asked for', async () => {
  await pay();
});

test('refused in production', async () => {
  expect(mayCapture('production')).toBe(false);
  expect(mayCapture('development')).toBe(true);
  expect(() => capturePayment('production', systemEntropy)).toThrow('production');
});

test('what the kernel cannot be played is not kept, and nothing is thrown', async () => {
  const { observer, write } = capturePayment('development', systemEntropy);
  observer.apdu?.(Uint8Array.of(0), Uint8Array.of(0x90, 0), 1);
  observer.begun?.({} as never);
  expect(await write('x.json', 'x')).toEqual({ ok: false, error: 'not-reproducible' });
});

test('a payment without a card is not kept, nor one that cannot be written', async () => {
  const { write } = capturePayment('development', systemEntropy);
  expect(await write('x.json', 'x')).toEqual({ ok: false, error: 'no-card' });
  const target = { ...newTarget(), directory: path.join(import.meta.filename, 'x') };
  await pay(target);
  await soon(() => target.said.length > 0);
  expect(target.said).toEqual(['Not captured: not-written.']);
});

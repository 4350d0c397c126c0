import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { terminalCalls } from '#bridge/terminal-api.ts';
import { SimulatedCardReader } from '#drivers/simulated/card-reader.ts';
import { SimulatedHostLink } from '#drivers/simulated/host-link.ts';
import { SimulatedJournal } from '#drivers/simulated/journal.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { EVERYDAY } from '#wearable/profile.fixture.ts';
import { createWearable } from '#wearable/wearable.ts';
import { runnerSettings } from '../config/runner-settings.ts';
import { MAC_KEY, ScriptedAcquirer } from '../till/scripted-acquirer.fixture.ts';
import { runPayment } from './payment-runner.ts';
import { systemClock, systemEntropy } from './system.ts';

const IDENTITY = { terminalId: '10000001', merchantId: 'TESSERA00000001' };
/** Online PIN is what this reader offers, and there is a limit from which a card wants it. */
const WITH_PIN = { '9F66': hex('24004000') };

describe.each(['production', 'development'] as const)('in %s', (mode) => {
  test('a PIN that the card wants is never asked for: the terminal has no PIN pad', async () => {
    const reader = new SimulatedCardReader();
    const acquirer = new ScriptedAcquirer();
    const shown: string[] = [];
    const configured = runnerSettings({ identity: IDENTITY, macKey: MAC_KEY });
    const combinations = configured.combinations.map((one) => ({
      ...one,
      limits: { ...one.limits, cvmRequiredMinor: 1n },
      data: WITH_PIN,
    }));
    const running = runPayment(
      {
        readers: [reader],
        host: new SimulatedHostLink(acquirer.script),
        journal: new SimulatedJournal(),
        clock: systemClock,
        entropy: systemEntropy,
      },
      { ...configured, mode, combinations },
      { paymentId: 'payment-1', amountMinor: 1_430n, basketLines: 1 },
      new AbortController().signal,
      { shown: ({ message }) => shown.push(message) },
    );
    const card = createWearable({ ...EVERYDAY, cardholderVerification: 'none' });
    const pinCard = {
      transmit: (command: Uint8Array) => withOnlinePin(card.transmit(command)),
    };
    while (!reader.present(pinCard)) await new Promise(setImmediate);
    expect(await running).toEqual({
      ok: true,
      value: { type: 'declined', reason: 'card-not-supported' },
    });
    expect(shown).toContain('enter-pin');
    expect(acquirer.types).toEqual([]);
  });
});

/** The same answer with online PIN required in its CTQ (9F6C, byte 1 bit 8). */
function withOnlinePin(answer: Uint8Array): Uint8Array {
  const changed = answer.slice();
  for (let at = 0; at + 4 < changed.length; at++) {
    if (changed[at] === 0x9f && changed[at + 1] === 0x6c && changed[at + 2] === 0x02) {
      changed[at + 3] = (changed[at + 3] ?? 0) | 0x80;
    }
  }
  return changed;
}

test('no call of the till can hand a PIN over', () => {
  const schemas = Object.entries(terminalCalls).map(([name, { input }]) =>
    JSON.stringify([name, z.toJSONSchema(input, { unrepresentable: 'any', io: 'input' })]),
  );
  expect(schemas.length).toBeGreaterThan(5);
  for (const schema of schemas) expect(schema).not.toMatch(/pin(?!g)|passcode/i);
});

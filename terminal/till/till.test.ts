import { afterEach, expect, test } from 'vitest';
import type { TerminalState } from '#bridge/terminal-api.ts';
import { SimulatedHostLink } from '#drivers/simulated/host-link.ts';
import { SimulatedJournal } from '#drivers/simulated/journal.ts';
import { openCatalogue } from '../catalogue/catalogue.ts';
import { runnerSettings } from '../config/runner-settings.ts';
import { DEFAULT_SHOP } from '../config/shop-settings.ts';
import { HostSession } from '../runner/host-session.ts';
import { systemClock, systemEntropy } from '../runner/system.ts';
import { SALE, soon } from './payment-desk.fixture.ts';
import {
  type AcquirerAct,
  answer,
  MAC_KEY,
  ScriptedAcquirer,
} from './scripted-acquirer.fixture.ts';
import { Till } from './till.ts';

const tills: Till[] = [];
afterEach(async () => {
  for (const till of tills.splice(0)) await till.close();
});

/** A till that keeps a session with a host that does as `act` says, and the state it shows. */
function open(act: AcquirerAct) {
  const host = new SimulatedHostLink(new ScriptedAcquirer(act).script);
  const identity = { terminalId: '10000001', merchantId: 'TESSERA00000001' };
  const settings = {
    ...runnerSettings({ identity, macKey: MAC_KEY }),
    ...{ hostTimeoutMs: 400, repeatDelaysMs: [10] },
  };
  const [clock, entropy] = [systemClock, systemEntropy];
  const ports = { readers: [], host, journal: new SimulatedJournal(), clock, entropy };
  const keepKey = () => undefined;
  const till = new Till({
    ports,
    settings,
    shop: DEFAULT_SHOP,
    catalogue: openCatalogue(),
    openSession: (announce) => new HostSession({ ports, settings, keepKey, announce }),
  });
  tills.push(till);
  let state: TerminalState | undefined;
  till.subscribe((told) => {
    state = told;
  });
  return { till, host, health: () => state?.health };
}

test('a terminal that the host refuses takes no payments, and says so', async () => {
  let code = '12';
  const { till, health } = open((request) => [answer(request, code)]);
  await soon(() => health()?.session === 'refused');
  expect(await till.startPayment(SALE)).toEqual({ ok: false, error: { kind: 'not-signed-on' } });
  code = '00';
  await soon(() => health()?.session === 'signed-on');
  expect(health()).toMatchObject({ host: 'up', undelivered: 0 });
  expect(await till.startPayment(SALE)).toMatchObject({ ok: true });
});

import { vi } from 'vitest';
import type { PaymentView } from '#bridge/terminal-api.ts';
import { SimulatedCardReader } from '#drivers/simulated/card-reader.ts';
import { SimulatedHostLink } from '#drivers/simulated/host-link.ts';
import { type JournalFaults, SimulatedJournal } from '#drivers/simulated/journal.ts';
import { createWearable } from '#wearable/wearable.ts';
import { runnerSettings } from '../config/runner-settings.ts';
import type { RunnerPorts, RunnerSettings } from '../runner/settings.ts';
import { systemClock, systemEntropy } from '../runner/system.ts';
import { PaymentDesk } from './payment-desk.ts';
import { type AcquirerAct, MAC_KEY, ScriptedAcquirer } from './scripted-acquirer.fixture.ts';

/** The wearable that is presented. */
export const PROFILE = {
  wearableId: 'everyday',
  name: 'Everyday',
  hint: '',
  aid: 'F0544553534501',
  applicationLabel: 'TESSERA PAY',
  kernelId: 3,
  pan: '9999990000000012',
  panSequenceNumber: '01',
  expiry: '3012',
  cardholderVerification: 'cdcvm',
  iccMasterKeyHex: '0123456789ABCDEFFEDCBA9876543210',
} as const;

const LINE = { lineId: '1', itemId: '1', name: 'Oat milk', quantity: 1, taxPermille: 70 } as const;
/** What is sold. */
export const SALE = {
  saleId: 'sale-1',
  amountMinor: 1430n,
  lines: [{ ...LINE, unitPriceMinor: 1430n }],
};

/** A payment desk with all that it works with. */
export interface Bench {
  readonly desk: PaymentDesk;
  readonly acquirer: ScriptedAcquirer;
  readonly journal: SimulatedJournal;
  readonly host: SimulatedHostLink;
  readonly reader: SimulatedCardReader;
  /** Every state the current payment went through. */
  readonly states: string[];
}

const open: PaymentDesk[] = [];

/** Ends every desk that was opened. */
export async function closeDesks(): Promise<void> {
  for (const desk of open.splice(0)) await desk.close();
}

/** Opens a desk whose host does as `act` says. */
export function bench(
  act?: AcquirerAct,
  faults?: JournalFaults,
  journal = new SimulatedJournal(faults),
  others: Partial<RunnerSettings> = {},
  otherPorts: Partial<RunnerPorts> = {},
): Bench {
  const acquirer = new ScriptedAcquirer(act);
  const host = new SimulatedHostLink(acquirer.script);
  const reader = new SimulatedCardReader();
  const system = { clock: systemClock, entropy: systemEntropy };
  const ports = { readers: [reader], host, journal, ...system, ...otherPorts };
  const identity = { terminalId: '10000001', merchantId: 'TESSERA00000001' };
  const settings = {
    ...runnerSettings({ identity, macKey: MAC_KEY }),
    hostTimeoutMs: 60,
    repeatDelaysMs: [10],
    ...others,
  };
  const states: string[] = [];
  const desk = new PaymentDesk(ports, settings, () => {
    const state = desk.current()?.state;
    if (state !== undefined && states.at(-1) !== state) states.push(state);
  });
  open.push(desk);
  return { desk, acquirer, journal, host, reader, states };
}

/** A desk whose host is waited for longer: a slow machine must not look like a silent host. */
export function patientBench(
  act?: AcquirerAct,
  others: Partial<RunnerSettings> = {},
  otherPorts: Partial<RunnerPorts> = {},
): Bench {
  return bench(act, undefined, undefined, { hostTimeoutMs: 400, ...others }, otherPorts);
}

/** Waits, looking often: some states are short. */
export function soon<T>(look: () => T | Promise<T>): ReturnType<typeof vi.waitUntil<T>> {
  return vi.waitUntil(look, { interval: 2, timeout: 5_000 });
}

/** Begins a sale; its payment. */
export async function start({ desk }: Bench, sale = SALE): Promise<string> {
  const started = await desk.start(sale);
  if (!started.ok) throw new Error(started.error.kind);
  return started.value.paymentId;
}

/** Presents the wearable as soon as it is asked for. */
export async function tap({ reader }: Bench, removeAfterApdus?: number): Promise<void> {
  const how = removeAfterApdus === undefined ? {} : { removeAfterApdus };
  await soon(() => reader.present(createWearable(PROFILE), how));
}

/** Waits until the payment is in one of these states. */
export async function until(
  { desk }: Bench,
  ...states: PaymentView['state'][]
): Promise<PaymentView> {
  return soon(() => {
    const view = desk.current();
    return view && states.includes(view.state) ? view : false;
  });
}

/** The types of what the journal has of a payment. */
export async function events({ journal }: Bench, paymentId: string): Promise<readonly string[]> {
  const read = await journal.read(paymentId);
  return read.ok ? read.value.map((event) => event.type) : [];
}

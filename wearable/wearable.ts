import { hex } from '#kernel/bytes/hex.ts';
import { Device } from './device.ts';
import { createVolatileMemory, type Memory } from './memory.ts';
import { PaymentApplet } from './payment-applet.ts';
import { createPpseApplet } from './ppse-applet.ts';
import type { WearableProfile } from './profile.ts';

/** A wearable as its contactless interface shows it. */
export interface Wearable {
  /** Answers one command APDU with a response APDU. Never throws. */
  transmit(command: Uint8Array): Uint8Array;
  /** What leaving the field and coming back does to it. */
  reset(): void;
  /** Its answer to reset: T=1, as PC/SC gives it for contactless cards. PC/SC part 3, 3.1.3.2.3. */
  readonly atr: Uint8Array;
}

/** How a wearable is made. */
export interface WearableOptions {
  /** Where its counters are kept; without it they begin anew with each wearable. */
  readonly memory?: Memory;
}

const ISSUER_NAME = 'Tessera test issuer';

/** A wearable that carries one issuer's payment applet, personalised from `profile`. */
export function createWearable(profile: WearableProfile, options: WearableOptions = {}): Wearable {
  const memory = options.memory ?? createVolatileMemory();
  const counter = memory.counter(`${profile.wearableId}/${ISSUER_NAME}/${profile.aid}`);
  const payment = new PaymentApplet(profile, counter);
  const { applicationLabel: label, kernelId } = profile;
  const device = new Device([
    {
      issuerName: 'the wearable itself',
      applets: [createPpseApplet([{ aid: payment.aid, label, priority: 1, kernelId }])],
    },
    { issuerName: ISSUER_NAME, applets: [payment] },
  ]);
  return {
    transmit: (command) => device.transmit(command),
    reset: () => device.reset(),
    atr: hex('3B80800101'),
  };
}

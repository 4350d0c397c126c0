import type { Fault } from './fault-plan.ts';
import { parseFault } from './fault-plan.ts';
import { defectsOf, FaultyCard, type Replay } from './faulty-card.ts';
import type { WearableProfile } from './profile.ts';
import type { VirtualCard } from './vpcd.ts';
import { createWearable, type WearableOptions } from './wearable.ts';

/** A wearable as it is presented to a reader, with the faults that are wanted of it. */
export interface PresentedCard extends VirtualCard {
  /** The user confirms on the wearable itself; holds for the next payment. */
  confirmUser(): void;
}

/** How a wearable is presented. */
export interface PresentationOptions extends Omit<WearableOptions, 'defects'> {
  /** Beside those of its profile. */
  readonly faults?: readonly Fault[];
  /** What a replaying wearable remembers from one presentation to the next. */
  readonly replay?: Replay;
}

/** The wearable of a profile, failing as its profile and the options have it. */
export function presentWearable(
  profile: WearableProfile,
  options: PresentationOptions = {},
): PresentedCard {
  const planned = 'faults' in profile ? profile.faults : [];
  const faults = [...planned.flatMap(readFault), ...(options.faults ?? [])];
  const wearable = createWearable(profile, { ...options, defects: defectsOf(faults) });
  if (faults.length === 0) return wearable;
  const faulty = new FaultyCard(wearable, faults, options.replay);
  return {
    atr: faulty.atr,
    transmit: (command) => faulty.transmit(command),
    delayMs: () => faulty.delayMs(),
    reset: () => faulty.reset(),
    confirmUser: () => wearable.confirmUser(),
  };
}

function readFault(text: string): readonly Fault[] {
  const fault = parseFault(text);
  return fault.ok ? [fault.value] : [];
}

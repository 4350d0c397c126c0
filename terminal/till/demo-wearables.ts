import { SimulatedCardReader } from '#drivers/simulated/card-reader.ts';
import { ok, type Result } from '#kernel/bytes/result.ts';
import type { CardReader } from '#kernel/ports/card-reader.ts';
import { openFileMemory } from '#wearable/memory.ts';
import { presentWearable } from '#wearable/presented-card.ts';
import { type ProfileFailure, readProfiles, type WearableProfile } from '#wearable/profile.ts';

/** Wearables that can be presented without a device: the wearable's own program, in process. */
export class DemoWearables {
  /** Where they are presented; for the runner, beside the real readers. */
  readonly reader: CardReader;
  readonly #reader: SimulatedCardReader;
  readonly #profiles: readonly WearableProfile[];
  readonly #memoryFile: string;

  constructor(profiles: readonly WearableProfile[], memoryFile: string, latencyMs: number) {
    this.#reader = new SimulatedCardReader({ name: 'Demonstration', latencyMs });
    this.reader = this.#reader;
    this.#profiles = profiles;
    this.#memoryFile = memoryFile;
  }

  list(): readonly Pick<WearableProfile, 'wearableId' | 'name' | 'hint'>[] {
    return this.#profiles.map(({ wearableId, name, hint }) => ({ wearableId, name, hint }));
  }

  /**
   * Lays a wearable on the reader. False when there is none of that id, or nobody waits for one.
   */
  present(wearableId: string): boolean {
    const profile = this.#profiles.find((candidate) => candidate.wearableId === wearableId);
    if (!profile) return false;
    const memory = openFileMemory(this.#memoryFile);
    return this.#reader.present(presentWearable(profile, { memory }));
  }
}

/**
 * Reads the wearables of a demonstration. Their counters are kept in `memoryFile`; `latencyMs` is
 * what one exchange takes.
 */
export async function openDemoWearables(
  profilesFile: string,
  memoryFile: string,
  latencyMs: number,
): Promise<Result<DemoWearables, ProfileFailure>> {
  const profiles = await readProfiles(profilesFile);
  return profiles.ok ? ok(new DemoWearables(profiles.value, memoryFile, latencyMs)) : profiles;
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import { Laboratory } from './laboratory.ts';
import { findPlaces, simulatePlace } from './sweep.ts';

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.open();
});
afterAll(() => laboratory?.close());

/** A day has many awaits: every fourth is enough for a test, `--sweep` has them all. */
test.each([
  ['sale', 'terminal-crash', 1],
  ['sale', 'host-crash', 1],
  ['day', 'terminal-crash', 4],
] as const)(
  'a %s survives a %s at every await of it, or every fourth',
  async (scenario, fault, every) => {
    const all = await findPlaces(laboratory, 1, scenario, [fault]);
    const places = all.filter((_, index) => index % every === 0);
    expect(places.length).toBeGreaterThanOrEqual(20);
    for (const place of places) {
      const { world } = await simulatePlace(laboratory, place);
      expect([place, ...world.violations]).toEqual([place]);
      expect([place, ...world.crashedAt]).toEqual([place, place.where]);
    }
  },
  240_000,
);

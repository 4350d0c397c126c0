import { afterAll, beforeAll, expect, test } from 'vitest';
import { Laboratory } from './laboratory.ts';
import { findPlaces, simulatePlace } from './sweep.ts';

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.open();
});
afterAll(() => laboratory?.close());

test.each(['terminal-crash', 'host-crash'] as const)(
  'a sale survives a %s at every await of it',
  async (fault) => {
    const places = await findPlaces(laboratory, 1, 'sale', [fault]);
    expect(places.length).toBeGreaterThanOrEqual(20);
    for (const place of places) {
      const { world } = await simulatePlace(laboratory, place);
      expect([place, ...world.violations]).toEqual([place]);
      expect([place, ...world.crashedAt]).toEqual([place, place.where]);
    }
  },
  240_000,
);

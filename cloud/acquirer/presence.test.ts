import { expect, test } from 'vitest';
import { Presence } from './presence.ts';

test('a terminal is connected as long as one of its connections is', () => {
  const presence = new Presence();
  expect(presence.isConnected('10000001')).toBe(false);
  const [first, second] = [presence.connected('10000001'), presence.connected('10000001')];
  first();
  expect(presence.isConnected('10000001')).toBe(true);
  second();
  expect(presence.isConnected('10000001')).toBe(false);
});

test('when it was last heard outlives its connection', () => {
  const presence = new Presence();
  expect(presence.heardAt('10000001')).toBeUndefined();
  const end = presence.connected('10000001');
  presence.heard('10000001', new Date(1_000));
  presence.heard('10000001', new Date(2_000));
  end();
  expect(presence.heardAt('10000001')).toEqual(new Date(2_000));
});

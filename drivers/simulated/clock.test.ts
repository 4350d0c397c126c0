import { expect, it } from 'vitest';
import { SimulatedClock } from './clock.ts';

it('stands still until it is set, and tells the time in digits', () => {
  const clock = new SimulatedClock(Date.UTC(2026, 0, 2, 3, 4, 5));
  expect(clock.local()).toEqual({ date: '260102', time: '030405' });
  clock.advance(56_000);
  expect(clock.local()).toEqual({ date: '260102', time: '030501' });
  clock.set(Date.UTC(2030, 11, 31, 23, 59, 59));
  expect(clock.local()).toEqual({ date: '301231', time: '235959' });
  expect(clock.nowMs()).toBe(Date.UTC(2030, 11, 31, 23, 59, 59));
});

import { expect, test } from 'vitest';
import { RateLimit } from './rate-limit.ts';

test('a minute holds so many, then one comes back at a time', () => {
  const limit = new RateLimit();
  for (let i = 0; i < 60; i++) expect(limit.take('a', 60, 0)).toBe(0);
  expect(limit.take('a', 60, 0)).toBe(1);
  expect(limit.take('b', 60, 0)).toBe(0);
  expect(limit.take('a', 60, 1_000)).toBe(0);
  expect(limit.take('a', 60, 1_000)).toBe(1);
});

test('a clock that goes back gives nothing', () => {
  const limit = new RateLimit();
  expect(limit.take('a', 1, 60_000)).toBe(0);
  expect(limit.take('a', 1, 0)).toBe(60);
});

test('it forgets who came long ago, and takes no more room', () => {
  const limit = new RateLimit();
  expect(limit.take('first', 1, 0)).toBe(0);
  for (let i = 0; i < 10_000; i++) limit.take(`${i}`, 1, 0);
  expect(limit.take('9999', 1, 0)).toBe(60);
  expect(limit.take('first', 1, 0)).toBe(0);
});

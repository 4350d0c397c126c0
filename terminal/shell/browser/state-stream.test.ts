import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { streamState } from './state-stream.ts';
import { FakeTerminal, IDLE } from './till.fixture.ts';

let written: string[];
let release: (() => void) | undefined;
let response: Writable;
let terminal: FakeTerminal;
beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  terminal = new FakeTerminal();
  response = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      release = done;
    },
  });
  Object.assign(response, { writeHead: () => response });
  streamState(terminal.api, response as ServerResponse);
});
afterEach(() => vi.useRealTimers());

it('skips what a slow reader has missed and ends with the newest state', async () => {
  for (const shift of [2, 3, 4]) terminal.change({ ...IDLE, shop: { ...IDLE.shop, shift } });
  expect(shifts()).toEqual([1]);
  release?.();
  await vi.waitFor(() => expect(shifts()).toEqual([1, 4]));
});

it('gives a sign of life every 15 s until the reader leaves', async () => {
  release?.();
  await vi.advanceTimersByTimeAsync(14_999);
  expect(written).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(written.slice(1)).toEqual([':\n\n']);
  response.destroy();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(vi.getTimerCount()).toBe(0);
  expect(written).toHaveLength(2);
  expect(terminal.listeners.size).toBe(0);
});

function shifts(): number[] {
  return written.map((event) => JSON.parse(event.slice('data: '.length)).shop.shift);
}

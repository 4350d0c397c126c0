import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { profileWith } from './issuers.fixture.ts';
import { createVolatileMemory, memoryFileBeside, openFileMemory } from './memory.ts';
import { EVERYDAY } from './profile.fixture.ts';
import { createWearable } from './wearable.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-memory-'));
  file = path.join(folder, 'counters.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a counter goes on where it was, whoever opens it', () => {
  expect(openFileMemory(file).counter('a').increment()).toEqual({ ok: true, value: 1 });
  const [one, other] = [openFileMemory(file).counter('a'), openFileMemory(file).counter('a')];
  expect([one.increment(), other.increment(), one.increment()]).toEqual(
    [2, 3, 4].map((value) => ({ ok: true, value })),
  );
  expect(openFileMemory(file).counter('b').increment()).toEqual({ ok: true, value: 1 });
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ a: 4, b: 1 });
  expect(readdirSync(folder)).toEqual(['counters.json']);
});

test.each(['', '{', '[]', '{"a":"1"}', '{"a":-1}', '{"a":65536}', 'null'])(
  'a file that holds %j is never taken for a new one',
  (text) => {
    writeFileSync(file, text);
    const counter = openFileMemory(file).counter('a');
    expect(counter.increment()).toEqual({ ok: false, error: 'memory-failure' });
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);

test('a counter ends at 65535 and never starts again', () => {
  writeFileSync(file, '{"a":65534}');
  const counter = openFileMemory(file).counter('a');
  expect(counter.increment()).toEqual({ ok: true, value: 0xffff });
  expect(counter.increment()).toEqual({ ok: false, error: 'counter-spent' });
  expect(counter.increment()).toEqual({ ok: false, error: 'counter-spent' });
});

test('counters of one program are apart by name', () => {
  const memory = createVolatileMemory();
  memory.counter('a').increment();
  expect(memory.counter('a').increment()).toEqual({ ok: true, value: 2 });
  expect(memory.counter('b').increment()).toEqual({ ok: true, value: 1 });
});

test('a wearable that was started again never uses a transaction counter twice', () => {
  const select = hex('00A4040007F054455353450100');
  const gpo = hex(`80A8000023832120004000${'00'.repeat(29)}00`);
  const counters = [1, 2, 3].map(() => {
    const wearable = createWearable(EVERYDAY, { memory: openFileMemory(file) });
    wearable.transmit(select);
    return /9F3602(....)/.exec(encodeHex(wearable.transmit(gpo)))?.[1];
  });
  expect(counters).toEqual(['0001', '0002', '0003']);
});

test('two wearables in one file have their own counters', () => {
  const memory = openFileMemory(file);
  for (const wearableId of ['one', 'two']) {
    const wearable = createWearable({ ...EVERYDAY, wearableId }, { memory });
    wearable.transmit(hex('00A4040007F054455353450100'));
    wearable.transmit(hex(`80A8000023832120004000${'00'.repeat(29)}00`));
  }
  expect(Object.values(JSON.parse(readFileSync(file, 'utf8')))).toEqual([1, 1]);
});

test('the memory of a profiles file is beside it', () => {
  expect(memoryFileBeside('/enrolment/wearables.json')).toBe('/enrolment/wearables.memory.json');
});

test('a cell keeps the last text, apart from counters of its name', () => {
  expect(openFileMemory(file).cell('a').read()).toEqual({ ok: true, value: undefined });
  expect(openFileMemory(file).cell('a').write('one')).toEqual({ ok: true, value: undefined });
  openFileMemory(file).cell('a').write('two');
  expect(openFileMemory(file).cell('a').read()).toEqual({ ok: true, value: 'two' });
  const failure = { ok: false, error: 'memory-failure' };
  expect(openFileMemory(file).counter('a').increment()).toEqual(failure);
  expect(openFileMemory(file).counter('a').read()).toEqual(failure);
  openFileMemory(file).counter('b').increment();
  expect(openFileMemory(file).counter('b').read()).toEqual({ ok: true, value: 1 });
  expect(openFileMemory(file).cell('b').read()).toEqual(failure);
});

test.each(['not JSON', '{}', '{"applicationBlocked":false}'])(
  'a state that holds %j is never taken for a new one',
  (text) => {
    const memory = createVolatileMemory();
    memory.cell('tests/North/A0000009990101/contact/state').write(text);
    const profile = profileWith({ type: 'contact', authentication: 'none' });
    const wearable = createWearable(profile, { memory, interface: 'contact-t1' });
    expect(encodeHex(wearable.transmit(hex('00A4040007A000000999010100')))).toBe('6581');
  },
);

test('an application whose keys cannot be kept is there, and of no use', () => {
  const profile = profileWith({ type: 'contact' });
  const memory = openFileMemory('/proc/nowhere/memory.json');
  const wearable = createWearable(profile, { memory, interface: 'contact-t1' });
  const answers = ['00A4040007A000000999010100', '80A8000002830000'].map((command) =>
    encodeHex(wearable.transmit(hex(command))),
  );
  expect(answers).toEqual(['6581', '6985']);
});

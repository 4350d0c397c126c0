import { expect, test } from 'vitest';
import { fuzzOnce, makeInput } from './engine.ts';
import { fuzzTarget } from './fuzz-target.ts';
import { findTarget } from './registry.ts';
import { smoke } from './smoke.ts';
import type { FuzzTarget } from './target.ts';
import { canary } from './targets/canary.ts';

test('every target is sound for a while, and the canaries are found', async () => {
  const lines: string[] = [];
  expect(await smoke(3, (line) => lines.push(line)), lines.join('\n')).toBe(0);
  expect(lines.at(-2)).toBe('found   canary, as it must be');
  expect(lines.at(-1)).toBe('found   canary-stuck, as it must be');
}, 240_000);

test('the same seed and run give the same input, others give others', () => {
  const inputs = (seed: number): string[] =>
    Array.from({ length: 200 }, (_, run) => String(makeInput(canary, seed, run)));
  expect(inputs(1)).toEqual(inputs(1));
  expect(inputs(1)).not.toEqual(inputs(2));
  expect(new Set(inputs(1)).size).toBeGreaterThan(150);
});

test('a finding is made small, and its seed and run find it again', async () => {
  const { finding } = await fuzzTarget(canary, { seed: 1, seconds: 10 });
  expect(finding?.minimised).toHaveLength(4);
  expect(fuzzOnce(canary, 1, finding?.run ?? -1)).toEqual(finding);
});

test('JSON inputs are damaged in names, values and text, and some stay as they were', () => {
  const text = '{"a":{"b":["0A",1]},"c":"12"}';
  const target: FuzzTarget = {
    name: 'json',
    summary: '',
    json: true,
    corpus: () => [new TextEncoder().encode(text)],
    run: () => undefined,
  };
  const texts = Array.from({ length: 2000 }, (_, run) =>
    new TextDecoder().decode(makeInput(target, 1, run)),
  );
  expect(texts.some((t) => t.includes('"__proto__":'))).toBe(true);
  expect(texts.some((t) => t.includes('"c":null'))).toBe(true);
  expect(texts.filter((t) => t !== text).length).toBeGreaterThan(1500);
  const parsed = texts.filter((t) => t.startsWith('{') && t.endsWith('}'));
  expect(parsed.length).toBeGreaterThan(1000);
});

test('there is no target of another name', () => {
  expect(findTarget('constructor')).toBeUndefined();
});

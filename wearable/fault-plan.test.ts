import { expect, test } from 'vitest';
import { FAULT_HELP, parseFault } from './fault-plan.ts';

test.each([
  ['status:6985@3', { kind: 'status', atCommand: 3, value: 0x6985 }],
  ['lost@1', { kind: 'lost', atCommand: 1, value: 0 }],
  ['lost-after@12', { kind: 'lost-after', atCommand: 12, value: 0 }],
  ['cut:0@2', { kind: 'cut', atCommand: 2, value: 0 }],
  ['slow:2000@3', { kind: 'slow', atCommand: 3, value: 2_000 }],
  ['malformed@4', { kind: 'malformed', atCommand: 4, value: 0 }],
  ['replay', { kind: 'replay' }],
  ['wrong-signature', { kind: 'wrong-signature' }],
])('%s is a fault', (text, value) => {
  expect(parseFault(text)).toEqual({ ok: true, value });
});

test.each([
  '',
  'status@3',
  'status:5985@3',
  'status:69@3',
  'lost',
  'lost@0',
  'lost:1@2',
  'cut@2',
  'cut:A@2',
  'slow:@2',
  'malformed:1@2',
  'replay@1',
  'else@1',
])('%j is none', (text) => {
  expect(parseFault(text)).toEqual({ ok: false, error: 'no-fault' });
});

test('the help shows faults that can be read', () => {
  const shown = FAULT_HELP.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[0] ?? '');
  expect(shown).toHaveLength(11);
  expect(shown.map((text) => parseFault(text).ok)).toEqual(shown.map(() => true));
});

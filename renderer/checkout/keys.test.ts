import { describe, expect, test } from 'vitest';
import { type KeyContext, type KeyPress, keyAction } from './keys.ts';

const calm: KeyContext = {
  searchFocused: true,
  searchEmpty: true,
  buttonFocused: false,
  payment: undefined,
  hasNotice: false,
};

function press(key: string, modifiers: Partial<KeyPress> = {}): KeyPress {
  const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  return { key, code: '', ...none, ...modifiers };
}

function kindOf(key: KeyPress, context: Partial<KeyContext> = {}): string | undefined {
  return keyAction(key, { ...calm, ...context })?.kind;
}

describe('keys', () => {
  test.each([
    ['F2', 'focus-search'],
    ['F3', 'focus-categories'],
    ['F4', 'clear-basket'],
    ['F6', 'focus-basket'],
    ['F8', 'open-receipts'],
    ['F10', 'open-parked'],
    ['F12', 'pay'],
    ['ArrowDown', 'focus-items'],
    ['+', 'more'],
    ['-', 'less'],
    ['Delete', 'remove-line'],
    ['Enter', 'submit-search'],
  ])('%s means %s', (key, kind) => {
    expect(kindOf(press(key))).toBe(kind);
  });

  test('what is typed anywhere goes to the scan field', () => {
    expect(kindOf(press('4'), { searchFocused: false })).toBe('type-into-search');
    expect(kindOf(press('o'), { searchFocused: false, buttonFocused: true })).toBe(
      'type-into-search',
    );
    expect(kindOf(press('4'))).toBeUndefined();
  });

  test('space presses what has the focus', () => {
    expect(kindOf(press(' '), { searchFocused: false })).toBeUndefined();
  });

  test('a search that has text keeps its keys', () => {
    const typing = { searchEmpty: false };
    for (const key of ['+', '-', 'Delete']) expect(kindOf(press(key), typing)).toBeUndefined();
    expect(kindOf(press('z', { ctrlKey: true }), typing)).toBeUndefined();
    expect(kindOf(press('z', { ctrlKey: true }))).toBe('undo');
    expect(kindOf(press('Z', { ctrlKey: true, shiftKey: true }))).toBeUndefined();
  });

  test('Escape undoes one thing at a time: the search, the payment, the sentence', () => {
    expect(kindOf(press('Escape'), { searchEmpty: false, payment: 'ready' })).toBe('clear-search');
    expect(kindOf(press('Escape'), { payment: 'ready' })).toBe('cancel');
    expect(kindOf(press('Escape'), { payment: 'declined' })).toBe('dismiss');
    expect(kindOf(press('Escape'), { hasNotice: true })).toBe('clear-notice');
    expect(kindOf(press('Escape'), { payment: 'unknown' })).toBeUndefined();
    expect(kindOf(press('Escape'), { payment: 'approved' })).toBeUndefined();
  });

  test('Enter goes on after a payment, unless a button has the focus', () => {
    const paid = { payment: 'approved', searchFocused: false } as const;
    expect(kindOf(press('Enter'), paid)).toBe('dismiss');
    expect(kindOf(press('Enter'), { ...paid, buttonFocused: true })).toBeUndefined();
  });

  test('only an unknown payment can be parked', () => {
    expect(kindOf(press('F9'), { payment: 'unknown' })).toBe('park');
    expect(kindOf(press('F9'), { payment: 'ready' })).toBeUndefined();
  });

  test('Alt and a digit present a wearable, whatever the keyboard writes with it', () => {
    const alt2 = press('™', { altKey: true, code: 'Digit2' });
    expect(keyAction(alt2, calm)).toEqual({ kind: 'present-wearable', index: 1 });
    expect(kindOf(press('x', { altKey: true, code: 'KeyX' }))).toBeUndefined();
  });
});

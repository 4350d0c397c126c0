import type { PaymentView } from '#bridge/terminal-api.ts';

/** What a key means at the till. */
export type KeyAction =
  | {
      readonly kind:
        | 'focus-search'
        | 'focus-categories'
        | 'focus-items'
        | 'focus-basket'
        | 'type-into-search'
        | 'submit-search'
        | 'clear-search'
        | 'clear-notice'
        | 'clear-basket'
        | 'undo'
        | 'less'
        | 'more'
        | 'remove-line'
        | 'pay'
        | 'cancel'
        | 'dismiss'
        | 'park'
        | 'open-receipts'
        | 'open-parked';
    }
  | { readonly kind: 'present-wearable'; readonly index: number };

/** A key press, as the browser tells it. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** What the meaning of a key depends on. */
export interface KeyContext {
  readonly searchFocused: boolean;
  readonly searchEmpty: boolean;
  /** Whether a button has the focus, which then does its own with Enter. */
  readonly buttonFocused: boolean;
  readonly payment: PaymentView['state'] | undefined;
  readonly hasNotice: boolean;
}

/** The meaning of a key, or undefined when the browser is to do what it always does. */
export function keyAction(press: KeyPress, context: KeyContext): KeyAction | undefined {
  if (press.altKey && !press.ctrlKey && !press.metaKey) {
    const digit = /^Digit([1-9])$/.exec(press.code)?.[1];
    return digit === undefined ? undefined : { kind: 'present-wearable', index: Number(digit) - 1 };
  }
  if (press.ctrlKey || press.metaKey) {
    const undo = press.key.toLowerCase() === 'z' && !press.shiftKey && !isTyping(context);
    return undo ? { kind: 'undo' } : undefined;
  }
  return functionKey(press.key, context) ?? editingKey(press.key, context);
}

function functionKey(key: string, context: KeyContext): KeyAction | undefined {
  switch (key) {
    case 'F2':
      return { kind: 'focus-search' };
    case 'F3':
      return { kind: 'focus-categories' };
    case 'F4':
      return { kind: 'clear-basket' };
    case 'F6':
      return { kind: 'focus-basket' };
    case 'F8':
      return { kind: 'open-receipts' };
    case 'F9':
      return context.payment === 'unknown' ? { kind: 'park' } : undefined;
    case 'F10':
      return { kind: 'open-parked' };
    case 'F12':
      return { kind: 'pay' };
    case 'Escape':
      return escapeKey(context);
    default:
      return undefined;
  }
}

function escapeKey(context: KeyContext): KeyAction | undefined {
  if (!context.searchEmpty) return { kind: 'clear-search' };
  switch (context.payment) {
    case 'ready':
    case 'reading':
    case 'may-remove':
    case 'entering-pin':
    case 'authorising':
      return { kind: 'cancel' };
    case 'declined':
    case 'cancelled':
    case 'reversed':
      return { kind: 'dismiss' };
    case 'approved':
    case 'unknown':
    case undefined:
      return context.hasNotice ? { kind: 'clear-notice' } : undefined;
    default:
      return context.payment satisfies never;
  }
}

function editingKey(key: string, context: KeyContext): KeyAction | undefined {
  if (key === 'Enter') {
    if (context.buttonFocused) return undefined;
    if (context.payment === 'approved' && context.searchEmpty) return { kind: 'dismiss' };
    return context.searchFocused ? { kind: 'submit-search' } : undefined;
  }
  if (key === 'ArrowDown' && context.searchFocused) return { kind: 'focus-items' };
  if (!isTyping(context)) {
    if (key === '+') return { kind: 'more' };
    if (key === '-') return { kind: 'less' };
    if (key === 'Delete') return { kind: 'remove-line' };
  }
  const printable = [...key].length === 1 && key !== ' ';
  return printable && !context.searchFocused ? { kind: 'type-into-search' } : undefined;
}

/** In a search that has text, keys edit the text. */
function isTyping(context: KeyContext): boolean {
  return context.searchFocused && !context.searchEmpty;
}

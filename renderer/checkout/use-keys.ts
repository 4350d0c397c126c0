import { type RefObject, useEffect, useRef } from 'react';
import type { PaymentView } from '#bridge/terminal-api.ts';
import { burstDetector, parseEntry } from './entry.ts';
import { type KeyAction, keyAction } from './keys.ts';

/** What the keys need to know and do. */
export interface KeyTargets {
  readonly search: RefObject<HTMLInputElement | null>;
  readonly payment: PaymentView['state'] | undefined;
  readonly hasNotice: boolean;
  readonly perform: (action: KeyAction) => void;
  /** A barcode came in one burst; `rest` is what stood in the scan field before it. */
  readonly scanned: (barcode: string, rest: string) => void;
}

/**
 * Hears every key of the window before any control does, so that the scanner is never lost: what is
 * typed anywhere goes to the scan field. A dialog has its keys to itself.
 */
export function useKeys(targets: KeyTargets): void {
  const latest = useRef(targets);
  useEffect(() => {
    latest.current = targets;
  });
  useEffect(() => {
    const bursts = burstDetector();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.isComposing || inDialog()) return;
      const { search } = latest.current;
      const text = search.current?.value ?? '';
      if (event.key === 'Enter') {
        const barcode = bursts.scanned(event.timeStamp);
        const burstInText = barcode !== undefined && text.endsWith(barcode);
        if (burstInText && parseEntry(text).kind !== 'barcode') {
          consume(event);
          latest.current.scanned(barcode, text.slice(0, -barcode.length));
          return;
        }
      } else if (event.key.length === 1) bursts.character(event.key, event.timeStamp);
      handleAction(event, latest.current);
    };
    window.addEventListener('keydown', onKeyDown, { capture: true });
    return () => window.removeEventListener('keydown', onKeyDown, { capture: true });
  }, []);
}

function handleAction(event: KeyboardEvent, targets: KeyTargets): void {
  const search = targets.search.current;
  const action = keyAction(event, {
    searchFocused: document.activeElement === search,
    searchEmpty: (search?.value ?? '') === '',
    buttonFocused: document.activeElement instanceof HTMLButtonElement,
    payment: targets.payment,
    hasNotice: targets.hasNotice,
  });
  if (action === undefined) return;
  if (action.kind === 'type-into-search') {
    // The character itself still goes in: the browser types it where the focus now is.
    event.stopPropagation();
    search?.focus();
    return;
  }
  consume(event);
  const stepwise = action.kind === 'more' || action.kind === 'less' || action.kind === 'undo';
  if (!event.repeat || stepwise) targets.perform(action);
}

function consume(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

function inDialog(): boolean {
  return document.querySelector('[role="dialog"]') !== null;
}

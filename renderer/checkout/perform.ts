import type { RefObject } from 'react';
import type { KeyAction } from './keys.ts';
import type { Till } from './till.ts';

/** The parts of the screen that keys move the focus to. */
export interface Places {
  readonly search: RefObject<HTMLInputElement | null>;
  readonly grid: RefObject<HTMLDivElement | null>;
  readonly list: RefObject<HTMLDivElement | null>;
}

/** Does what a key means to the till; what it means to the screen alone is left to `moveFocus`. */
export function performAtTill(action: KeyAction, till: Till): void {
  switch (action.kind) {
    case 'undo':
      void till.basket.undo();
      break;
    case 'less':
      void till.basket.changeQuantity(-1);
      break;
    case 'more':
      void till.basket.changeQuantity(1);
      break;
    case 'remove-line':
      void till.basket.removeLine();
      break;
    case 'clear-basket':
      void till.basket.clear();
      break;
    case 'clear-notice':
      till.clearNotice();
      break;
    case 'pay':
      void till.pay();
      break;
    case 'cancel':
      void till.cancel();
      break;
    case 'dismiss':
    case 'park':
      void till.dismiss();
      break;
    case 'present-wearable':
      void till.presentWearable(action.index);
      break;
    default:
  }
}

/** Moves the focus where a key means it to go. */
export function moveFocus(action: KeyAction, places: Places): void {
  switch (action.kind) {
    case 'focus-search':
      places.search.current?.focus();
      places.search.current?.select();
      break;
    case 'focus-items':
      focusFirst(places.grid);
      break;
    case 'focus-categories':
      document.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus();
      break;
    case 'focus-basket':
      focusFirst(places.list);
      break;
    default:
  }
}

/** Focuses the selected row of a list, or its first. */
export function focusFirst(container: RefObject<HTMLDivElement | null>): void {
  const row =
    container.current?.querySelector<HTMLElement>('[role="row"][aria-selected="true"]') ??
    container.current?.querySelector<HTMLElement>('[role="row"]');
  row?.focus();
}

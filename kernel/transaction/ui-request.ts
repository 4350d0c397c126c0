/** What the customer can be told, by name, with its identifier. Source: Book A, 9.4. */
export const UI_MESSAGES = {
  approved: 0x03,
  'not-authorised': 0x07,
  'enter-pin': 0x09,
  'processing-error': 0x0f,
  'remove-card': 0x10,
  welcome: 0x14,
  'present-card': 0x15,
  processing: 0x16,
  'card-read-ok': 0x17,
  'insert-or-swipe': 0x18,
  'present-one-card': 0x19,
  'approved-sign': 0x1a,
  authorising: 0x1b,
  'insert-swipe-or-try-another': 0x1c,
  'insert-card': 0x1d,
  'no-message': 0x1e,
  'see-phone': 0x20,
  'try-again': 0x21,
} as const;

/** A message by its name. */
export type UiMessage = keyof typeof UI_MESSAGES;

/** What the reader's lights say, by name, with its code. Source: Book A, 9.2. */
export const UI_STATUSES = {
  'not-ready': 0x00,
  idle: 0x01,
  'ready-to-read': 0x02,
  processing: 0x03,
  'card-read-ok': 0x04,
  'processing-error': 0x05,
} as const;

/** A status by its name. With `card-read-ok` the card may be taken away. */
export type UiStatus = keyof typeof UI_STATUSES;

/** A user interface request. Source: EMV Contactless Book A, 9.1 to 9.4 and table 9-1. */
export interface UiRequest {
  readonly message: UiMessage;
  readonly status: UiStatus;
  /** How long it is shown at least before the next one, in hundreds of milliseconds. */
  readonly holdTime?: number;
  /** Languages by preference, as tag 5F2D has them: two letters each. */
  readonly language?: string;
  /** An amount to show: what is paid, or what the card has left to spend. */
  readonly value?: UiValue;
}

/** An amount on the display. */
export interface UiValue {
  readonly qualifier: 'amount' | 'balance';
  readonly minor: bigint;
  /** ISO 4217 numeric, three digits. */
  readonly currency: string;
}

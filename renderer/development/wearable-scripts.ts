import type { PaymentView } from '#bridge/terminal-api.ts';

/** One state that a scripted payment goes into. */
export interface ScriptStep {
  readonly state: PaymentView['state'];
  /** How long after the step before, milliseconds. */
  readonly afterMs?: number;
  readonly progress?: { readonly done: number; readonly expected: number };
  readonly reason?: string;
  readonly responseCode?: string;
  /** While unknown: how far away the next try is, milliseconds. */
  readonly resolvingAfterMs?: number;
}

const reading: readonly ScriptStep[] = [0, 1, 2, 3, 4, 5, 6].map((exchanges) => ({
  state: 'reading',
  afterMs: 160,
  progress: { done: exchanges, expected: 6 },
}));

const read: readonly ScriptStep[] = [
  ...reading,
  { state: 'may-remove', afterMs: 120 },
  { state: 'authorising', afterMs: 600 },
];

/** What happens when a wearable of the demonstration is presented, by its id. */
export const wearableScripts: Readonly<Record<string, readonly ScriptStep[]>> = {
  everyday: [...read, { state: 'approved', afterMs: 900 }],
  empty: [
    ...read,
    { state: 'declined', afterMs: 900, reason: 'insufficient-funds', responseCode: '51' },
  ],
  silent: [
    ...read,
    { state: 'unknown', afterMs: 8_000, resolvingAfterMs: 5_000 },
    { state: 'unknown', afterMs: 5_000, resolvingAfterMs: 10_000 },
    { state: 'reversed', afterMs: 10_000, reason: 'no-answer' },
  ],
};

import { z } from 'zod';

/** Money on the bridge: a decimal string of minor units in JSON, a bigint in TypeScript. */
export const minorUnits = z.codec(z.string().regex(/^\d{1,12}$/), z.bigint().nonnegative(), {
  decode: (text) => BigInt(text),
  encode: (amount) => amount.toString(),
});

const id = z.string().min(1).max(64);

/** An article of the shop's catalogue. */
export const catalogueItem = z.object({
  itemId: id,
  name: z.string(),
  /** EAN-13 */
  barcode: z.string(),
  category: z.string(),
  priceMinor: minorUnits,
  taxPermille: z.number().int(),
  /** One of the first things the shop sells: shown without a search. */
  favourite: z.boolean(),
});

/** One line of a basket when payment begins. */
export const saleLine = z.object({
  lineId: id,
  itemId: id,
  name: z.string().min(1).max(120),
  quantity: z.number().int().min(1).max(999),
  unitPriceMinor: minorUnits,
  taxPermille: z.number().int().min(0).max(1000),
});

/** Where a payment stands, as everybody who looks at it is told (see docs/ARCHITECTURE.md). */
export const paymentView = z.object({
  paymentId: id,
  saleId: id,
  amountMinor: minorUnits,
  state: z.enum([
    'ready',
    'reading',
    'may-remove',
    'entering-pin',
    'authorising',
    'approved',
    'declined',
    'unknown',
    'reversed',
    'cancelled',
  ]),
  /** While reading: exchanges done, and how many are expected. */
  progress: z.object({ done: z.number().int(), expected: z.number().int() }).optional(),
  /** When the present state began, milliseconds since 1970. */
  sinceMs: z.number(),
  /** Why nothing was charged, or why the customer is asked again. */
  reason: z.string().optional(),
  /** DE 39, small, for support. */
  responseCode: z.string().optional(),
  /** While unknown: how often the host was asked to reverse, and when it is asked next. */
  resolving: z.object({ attempts: z.number().int(), nextAttemptAtMs: z.number() }).optional(),
  /** Whether the cashier can still call it off. */
  cancellable: z.boolean(),
});

/** What is printed or shown when a payment is over. */
export const receipt = z.object({
  paymentId: id,
  saleId: id,
  merchantName: z.string(),
  merchantAddress: z.string(),
  terminalId: z.string(),
  atMs: z.number(),
  lines: z.array(saleLine),
  amountMinor: minorUnits,
  taxMinor: minorUnits,
  currency: z.string(),
  end: z.enum(['approved', 'declined', 'cancelled', 'reversed']),
  maskedPan: z.string().optional(),
  applicationLabel: z.string().optional(),
  aid: z.string().optional(),
  approvalCode: z.string().optional(),
  retrievalReference: z.string().optional(),
});

/** Everything the renderer shows that is not its own; pushed whole after each change. */
export const terminalState = z.object({
  shop: z.object({
    name: z.string(),
    shift: z.number().int(),
    cashier: z.string(),
    /** BCP 47, for Intl. */
    locale: z.string(),
    /** ISO 4217 letters, for Intl. */
    currency: z.string(),
    terminalId: z.string(),
  }),
  health: z.object({
    host: z.enum(['up', 'down']),
    /** Whether the host takes this terminal. */
    session: z.enum(['signing-on', 'signed-on', 'refused']),
    /** Of how many payments the host has still to be told (store and forward). */
    undelivered: z.number().int(),
    reader: z.enum(['ready', 'absent']),
    readerNames: z.array(z.string()),
  }),
  /** The payment the till is busy with, until it is dismissed. */
  payment: paymentView.nullable(),
  /** Payments set aside because their outcome was unknown; a resolved one stays until dismissed. */
  unresolved: z.array(paymentView),
  /** Wearables that can be presented by a key or a touch, in the demonstration only. */
  demoWearables: z.array(z.object({ wearableId: id, name: z.string(), hint: z.string() })),
});

/** Why a call was not done; a sentence is made of it by the renderer. */
export const callError = z.object({
  kind: z.enum([
    'malformed',
    'busy',
    'amount-mismatch',
    'already-paid',
    'not-found',
    'not-now',
    'journal-failed',
    'too-much-undelivered',
    'not-signed-on',
    'unreachable',
  ]),
  /** Where in the request, for `malformed`. */
  path: z.string().optional(),
});

/** Every call: what it takes and what it gives. Both ends check both against these. */
export const terminalCalls = {
  /** Newest first by relevance; an empty query lists the category, an empty category all. */
  searchCatalogue: {
    input: z.object({
      query: z.string().max(120),
      category: z.string().max(60),
      limit: z.number().int().min(1).max(200),
    }),
    output: z.object({ items: z.array(catalogueItem), categories: z.array(z.string()) }),
  },
  findItemByBarcode: {
    input: z.object({ barcode: z.string().min(1).max(64) }),
    output: catalogueItem,
  },
  /** Idempotent per sale: a sale that is paid or being paid is never begun again. */
  startPayment: {
    input: z.object({
      saleId: id,
      amountMinor: minorUnits,
      lines: z.array(saleLine).min(1).max(500),
    }),
    output: z.object({ paymentId: id }),
  },
  /** Does nothing, with `not-now`, once a request may have left the machine. */
  cancelPayment: { input: z.object({ paymentId: id }), output: z.object({}) },
  /** Takes a finished payment off the till, or sets an unknown one aside to be resolved. */
  dismissPayment: { input: z.object({ paymentId: id }), output: z.object({}) },
  /** What became of the newest payment of a sale; after a reload or a restart. */
  paymentOfSale: { input: z.object({ saleId: id }), output: paymentView },
  receipt: { input: z.object({ paymentId: id }), output: receipt },
  recentReceipts: {
    input: z.object({ limit: z.number().int().min(1).max(50) }),
    output: z.object({ receipts: z.array(receipt) }),
  },
  presentDemoWearable: { input: z.object({ wearableId: id }), output: z.object({}) },
} as const;

export type CatalogueItem = z.output<typeof catalogueItem>;
export type SaleLine = z.output<typeof saleLine>;
export type PaymentView = z.output<typeof paymentView>;
export type Receipt = z.output<typeof receipt>;
export type TerminalState = z.output<typeof terminalState>;
export type CallError = z.output<typeof callError>;
export type CallName = keyof typeof terminalCalls;
export type CallInput<N extends CallName> = z.output<(typeof terminalCalls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof terminalCalls)[N]['output']>;

/** The answer to a call. Nothing throws across the bridge. */
export type CallResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: CallError };

/** The terminal, as the renderer sees it. */
export type TerminalApi = {
  readonly [N in CallName]: (input: CallInput<N>) => Promise<CallResult<CallOutput<N>>>;
} & {
  /** Calls `listener` with the state now and after each change; the returned function ends that. */
  readonly subscribe: (listener: (state: TerminalState) => void) => () => void;
};

import { z } from 'zod';
import { minorUnits } from '#bridge/terminal-api.ts';
import type { Basket } from './basket.ts';

/** A sale that was set aside while its payment is being found out. */
export interface ParkedSale {
  readonly basket: Basket;
  readonly paymentId: string;
  readonly amountMinor: bigint;
}

/** What the till keeps across a reload or a crash. */
export interface SavedSales {
  readonly basket: Basket;
  readonly parked: readonly ParkedSale[];
}

/** What was found: the sales, nothing, or something that is not ours. */
export type LoadedSales =
  | { readonly kind: 'sales'; readonly sales: SavedSales }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'damaged' };

const storageKey = 'tessera.sales.1';
const maxEvents = 20_000;
const id = z.string().min(1).max(64);
const quantity = z.number().int().min(1).max(999);
const common = { eventId: id, atMs: z.number() };

const basketEvent = z.discriminatedUnion('type', [
  z.object({
    ...common,
    type: z.literal('added'),
    lineId: id,
    item: z.object({
      itemId: id,
      name: z.string().min(1).max(120),
      priceMinor: minorUnits,
      taxPermille: z.number().int().min(0).max(1000),
    }),
    quantity,
  }),
  z.object({ ...common, type: z.literal('quantity-set'), lineId: id, quantity }),
  z.object({ ...common, type: z.literal('removed'), lineId: id }),
  z.object({ ...common, type: z.literal('cleared') }),
  z.object({ ...common, type: z.literal('undone'), undoneEventId: id }),
]);

const basket = z.object({ saleId: id, events: z.array(basketEvent).max(maxEvents) });
const savedSales = z.object({
  basket,
  parked: z.array(z.object({ basket, paymentId: id, amountMinor: minorUnits })).max(100),
});

/** Reads what was kept. Whoever can write to the storage may have written it: all is checked. */
export function loadSales(storage: Storage): LoadedSales {
  try {
    const text = storage.getItem(storageKey);
    if (text === null) return { kind: 'nothing' };
    const parsed = savedSales.safeParse(JSON.parse(text));
    return parsed.success ? { kind: 'sales', sales: parsed.data } : { kind: 'damaged' };
  } catch {
    return { kind: 'damaged' };
  }
}

/** Keeps the sales; false when the browser has no room or no storage. */
export function saveSales(storage: Storage, sales: SavedSales): boolean {
  const encoded = savedSales.safeEncode({
    basket: { ...sales.basket, events: [...sales.basket.events] },
    parked: sales.parked.map((sale) => ({
      ...sale,
      basket: { ...sale.basket, events: [...sale.basket.events] },
    })),
  });
  if (!encoded.success) return false;
  try {
    storage.setItem(storageKey, JSON.stringify(encoded.data));
    return true;
  } catch {
    return false;
  }
}

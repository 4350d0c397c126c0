/** What the shop is called and how it shows things. */
export interface ShopSettings {
  readonly name: string;
  /** One line, for receipts. */
  readonly address: string;
  readonly cashier: string;
  readonly shift: number;
  /** BCP 47. */
  readonly locale: string;
  /** ISO 4217 letters. */
  readonly currency: string;
}

/** The sample shop, whose catalogue carries Irish prices and tax. */
export const DEFAULT_SHOP: ShopSettings = {
  name: 'Mosaic Grocers',
  address: '1 Mosaic Lane, Dublin',
  cashier: 'Aoife',
  shift: 1,
  locale: 'en-IE',
  currency: 'EUR',
};

import { beginDataExchange, exchangeUntil, exchangeWhenDue } from './data-exchange.ts';
import { emptyEntries, relatedData } from './dol-data.ts';
import { selectNext } from './endings.ts';
import { beginDataStorage } from './integrated-data-storage.ts';
import { storeCardData } from './store-card-data.ts';
import { CAPABILITIES, K2 } from './tags.ts';
import type { Kernel2Step, Kernel2Transaction } from './transaction.ts';

/**
 * From the card's FCI to the values of the PDOL (DF8111): initialises what the kernel works out,
 * takes the FCI, and asks the terminal for what the PDOL names and nobody has said. Source: Book
 * C-2, 6.3 (states 1 and 2: S1, S2), as publicly described.
 */
export function* begin(t: Kernel2Transaction): Kernel2Step {
  const { data, activation } = t;
  initialise(t);
  if (!storeCardData(data, activation.fci, 'fci')) {
    return selectNext(t, { l2: 'parsing-error' });
  }
  if (!data.isNotEmpty('84')) return selectNext(t, { l2: 'card-data-missing' });
  if (data.has(K2.applicationCapabilities, CAPABILITIES.fieldOffDetection)) {
    t.fieldOff = data.number(K2.holdTime);
  }
  beginDataExchange(t);
  beginDataStorage(t);
  for (const tag of emptyEntries(data, '9F38')) t.dataNeeded.add(tag);
  const missing = (): readonly string[] => emptyEntries(data, '9F38');
  const ended =
    missing().length > 0
      ? yield* exchangeUntil(t, missing, () => missing().length === 0)
      : yield* exchangeWhenDue(t);
  if (ended) return ended;
  const values = relatedData(data, '9F38', PDOL_BYTES);
  if (!values) return selectNext(t, { l2: 'parsing-error' });
  data.set(K2.pdolRelatedData, values);
  return undefined;
}

/** What a command holds besides the tag and length of template 83. */
const PDOL_BYTES = 252;

/** Book C-2, S1.9: terminal capabilities without a CVM until the amount says which are offered. */
function initialise({ data }: Kernel2Transaction): void {
  data.set('95', new Uint8Array(5));
  data.set('9F34', new Uint8Array(3));
  data.set(K2.relayCounter, new Uint8Array(1));
  data.set(K2.mobileSupport, Uint8Array.of(0x01));
  const [input = 0] = data.get(K2.cardDataInputCapability);
  const [security = 0] = data.get(K2.securityCapability);
  data.set('9F33', Uint8Array.of(input, 0, security));
}

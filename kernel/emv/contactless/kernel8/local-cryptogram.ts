import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes } from '../../../bytes/bytes.ts';
import { ok, type Result } from '../../../bytes/result.ts';
import type { DataObjects } from './data-objects.ts';
import { faultOf, type Kernel8Fault, L2 } from './fault.ts';
import type { CryptogramExchange } from './generate-ac.ts';
import { MAC_BYTES, type SecureChannel } from './secure-channel.ts';

/** What the IAD-MAC covers besides the answer to GENERATE AC. */
export interface CoveredData {
  readonly pdolValues: Uint8Array;
  /** The last answer of the relay resistance protocol, where it was performed. */
  readonly relayResistance: Uint8Array | undefined;
  readonly staticData: Uint8Array;
}

/**
 * The IAD-MAC: CMAC+ over the PDOL values, the CDOL1 values, with relay resistance the
 * unpredictable number and the card's last answer, the answer to GENERATE AC without cryptogram and
 * EDA-MAC, and the SHA-256 of the static data. Source: Book E v1.0, 3.2, by Digrol/Denom; the
 * formula is single-source.
 */
export function computeIadMac(
  data: DataObjects,
  channel: SecureChannel,
  exchange: CryptogramExchange,
  { pdolValues, relayResistance, staticData }: CoveredData,
): Uint8Array {
  const nothing = new Uint8Array(0);
  return channel.macPlus(
    concatBytes(
      pdolValues,
      exchange.cdolValues,
      relayResistance ? (data.get('9F37') ?? nothing) : nothing,
      relayResistance ?? nothing,
      exchange.authenticated,
      sha256(staticData),
    ),
  );
}

/** Bits 3 and 2 of byte 2 of the AIP: whether the IAD-MAC is copied into the IAD, and where to. */
const COPY_MASK = 0x06;
const COPY_AT_DEFAULT = 0x02;
const COPY_AT_OFFSET = 0x04;

/**
 * Keeps the IAD-MAC (9F8109), and copies it into the issuer application data (9F10) where the card
 * says so: at the terminal's offset (9F821E) or at the card's (9F8107), from 0. Error: card data
 * error, where it does not fit or the card names no offset. Source: Book C-8 v1.1, 28.1 and
 * A.1.13, by Digrol/Denom.
 */
export function placeIadMac(
  data: DataObjects,
  iadMac: Uint8Array,
): Result<undefined, Kernel8Fault> {
  data.set('9F8109', iadMac);
  const copy = (data.get('82')?.[1] ?? 0) & COPY_MASK;
  if (copy !== COPY_AT_DEFAULT && copy !== COPY_AT_OFFSET) return ok(undefined);
  const offset = data.get(copy === COPY_AT_DEFAULT ? '9F821E' : '9F8107')?.[0];
  const iad = (data.get('9F10') ?? new Uint8Array(0)).slice();
  if (offset === undefined || offset + MAC_BYTES > iad.length) return faultOf(L2.cardDataError);
  iad.set(iadMac, offset);
  data.set('9F10', iad);
  return ok(undefined);
}

/**
 * Whether the card's EDA-MAC (9F8105) is the CMAC over cryptogram and IAD-MAC, so that the channel,
 * the cryptogram and all the IAD-MAC covers belong together. Source: Book E v1.0, 3.2; the formula
 * is in two independent implementations.
 */
export function isEdaMacGood(
  data: DataObjects,
  channel: SecureChannel,
  iadMac: Uint8Array,
): boolean {
  const nothing = new Uint8Array(0);
  const expected = channel.mac(concatBytes(data.get('9F26') ?? nothing, iadMac));
  return equalBytes(expected, data.get('9F8105') ?? nothing);
}

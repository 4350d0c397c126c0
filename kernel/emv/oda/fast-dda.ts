import { concatBytes } from '../../bytes/bytes.ts';
import { malformed, ok, type Result } from '../../bytes/result.ts';
import { type CardData, required } from './certified-key.ts';
import type { OdaFault } from './fault.ts';

/** What the terminal sent in the PDOL and the card signs in fast DDA. */
export interface FastDdaTransaction {
  /** 9F37, 4 bytes. */
  readonly unpredictableNumber: Uint8Array;
  /** 9F02, 6 bytes. */
  readonly amountAuthorised: Uint8Array;
  /** 5F2A, 2 bytes. */
  readonly currencyCode: Uint8Array;
}

/**
 * The terminal dynamic data of fast DDA, over which verifyDynamicSignature verifies 9F4B. A card
 * with card authentication related data (9F69) beginning 01 is of version 01 and signs the number,
 * the amount, the currency and 9F69; one beginning 00, or without 9F69, is of version 00 and signs
 * the number alone. Error: `format` for any other version. Source: C-3 is not public; version 01
 * agrees with a recorded test card, version 00 is known from one open kernel only.
 */
export function fastDdaTerminalData(
  transaction: FastDdaTransaction,
  card: CardData,
): Result<Uint8Array, OdaFault> {
  const { unpredictableNumber, amountAuthorised, currencyCode } = transaction;
  const related = required(card, '9F69');
  if (!related.ok || related.value[0] === 0x00) return ok(unpredictableNumber);
  if (related.value[0] !== 0x01) return malformed('format', '9F69', 0);
  return ok(concatBytes(unpredictableNumber, amountAuthorised, currencyCode, related.value));
}

/**
 * The scoring dataset (DE 60) and the scoring answer (DE 61) of the Tessera host messages, as
 * BER-TLV with private tags, so that a newer terminal may send more than an older host reads.
 */
export const SCORING_TAGS = {
  /** DE 60: where the sale is made: `cashier`, `kiosk`, `web`; ASCII. */
  channel: 'DF01',
  /** DE 60: how the wearable was reached: `pcsc`, `ble`, `simulated`; ASCII. */
  deviceInterface: 'DF02',
  /** DE 60: how the cardholder was verified: `none`, `cdcvm`, `online-pin`, `signature`; ASCII. */
  cardholderVerification: 'DF03',
  /** DE 60: number of lines in the basket; binary, 2 bytes. */
  basketLines: 'DF04',
  /** DE 60: milliseconds from the field's activation to the cryptogram; binary, 4 bytes. */
  cardTimeMs: 'DF05',
  /** DE 61: score, 0 (safe) to 1000; binary, 2 bytes. */
  score: 'DF21',
  /** DE 61: `low`, `medium` or `high`; ASCII. */
  tier: 'DF22',
  /** DE 61: reason codes, heaviest first, separated by commas; ASCII. */
  reasons: 'DF23',
  /** DE 61: what the cardholder must do: `none`, `cdcvm`, `pin`, `refuse`; ASCII. */
  requiredMethod: 'DF24',
  /** DE 61: how long the host took to verify the cryptogram; microseconds, binary, 4 bytes. */
  verificationUs: 'DF31',
  /** DE 61: how long the host took to score the payment; microseconds, binary, 4 bytes. */
  scoringUs: 'DF32',
  /** DE 61: until the account was read and locked; microseconds, binary, 4 bytes. */
  accountUs: 'DF33',
} as const;

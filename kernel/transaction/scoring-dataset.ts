/**
 * The scoring dataset (DE 60) and the scoring answer (DE 61) of the Tessera host messages, as
 * BER-TLV with private tags, so that a newer terminal may send more than an older host reads.
 */
export const SCORING_TAGS = {
  /** DE 60: where the sale is made: `cashier`, `kiosk`, `web`; ASCII. */
  channel: 'DF01',
  /** DE 60: how the wearable was reached: `pcsc`, `ble`, `simulated`; ASCII. */
  deviceInterface: 'DF02',
  /**
   * DE 60: how the cardholder was verified: `none`, `cdcvm`, `online-pin`, `signature`, `fido2`;
   * ASCII.
   */
  cardholderVerification: 'DF03',
  /** DE 60: number of lines in the basket; binary, 2 bytes. */
  basketLines: 'DF04',
  /** DE 60: milliseconds from the field's activation to the cryptogram; binary, 4 bytes. */
  cardTimeMs: 'DF05',
  /** DE 60: what the terminal calls the wearable, the same at every payment; 1 to 32 bytes. */
  deviceToken: 'DF06',
  /** DE 60: the wearable's proof that it is what it says: `absent`, `failed`, `verified`; ASCII. */
  attestation: 'DF07',
  /** DE 60: energy that the wearable has left, in percent; binary, 1 byte. */
  energyPercent: 'DF08',
  /** DE 60: whether the customer had checked in to the shop; binary, 1 byte: 0 or 1. */
  checkedIn: 'DF09',
  /** DE 60: which FIDO2 credential signed; 1 to 128 bytes. */
  assertionCredential: 'DF0A',
  /** DE 60: what it signed the hash of, as the client wrote it (WebAuthn level 2, 5.8.1); JSON. */
  assertionClientData: 'DF0B',
  /** DE 60: the authenticator data it signed (WebAuthn level 2, 6.1). */
  assertionAuthenticatorData: 'DF0C',
  /** DE 60: the signature, as the credential's algorithm has it (WebAuthn level 2, 6.5.6). */
  assertionSignature: 'DF0D',
  /** DE 60: DE 11 and DE 7 of the request whose answer asked for it; BCD, 8 bytes. */
  assertionIntent: 'DF0E',
  /** DE 61: score, 0 (safe) to 1000; binary, 2 bytes. */
  score: 'DF21',
  /** DE 61: `low`, `medium` or `high`; ASCII. */
  tier: 'DF22',
  /** DE 61: reason codes, heaviest first, separated by commas; ASCII. */
  reasons: 'DF23',
  /** DE 61: what the cardholder must do: `none`, `cdcvm`, `pin`, `fido2`, `refuse`; ASCII. */
  requiredMethod: 'DF24',
  /** DE 61: what a FIDO2 credential must sign for this payment; 32 bytes. */
  challenge: 'DF25',
  /** DE 61: how long the host took to verify the cryptogram; microseconds, binary, 4 bytes. */
  verificationUs: 'DF31',
  /** DE 61: how long the host took to score the payment; microseconds, binary, 4 bytes. */
  scoringUs: 'DF32',
  /** DE 61: until the account was read and locked; microseconds, binary, 4 bytes. */
  accountUs: 'DF33',
} as const;

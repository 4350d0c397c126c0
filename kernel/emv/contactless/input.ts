/** An application and kernel that the reader offers (EMV Contactless Book B, 3.1.1). */
export interface ReaderCombination {
  /** Hex; matches an application whose AID is this or begins with this. */
  readonly aid: string;
  readonly kernelId: number;
  /** TTQ (9F66) as configured, 4 bytes, before the transaction is looked at. */
  readonly terminalTransactionQualifiers: Uint8Array;
  /** At this amount and above the combination is not allowed; minor units. */
  readonly transactionLimitMinor?: bigint;
  /** At this amount and above the cardholder must be verified; minor units. */
  readonly cvmRequiredLimitMinor?: bigint;
}

/** All that the kernel knows of the sale and the terminal; it has no other source. */
export interface ContactlessInput {
  readonly amountMinor: bigint;
  readonly amountOtherMinor: bigint;
  /** Tag 9C, two digits. */
  readonly transactionType: string;
  /** Tag 5F2A, ISO 4217 numeric, three digits. */
  readonly currency: string;
  /** Tag 9F1A, ISO 3166 numeric, three digits. */
  readonly terminalCountry: string;
  /** Tag 9A, YYMMDD, local. */
  readonly date: string;
  /** Tag 9F21, HHMMSS, local. */
  readonly time: string;
  /** Tag 9F37, four bytes for each time the card may be presented. */
  readonly unpredictableNumbers: readonly Uint8Array[];
  /** Other terminal data by tag, for example 9F33, 9F35. */
  readonly terminalData: Readonly<Record<string, Uint8Array>>;
  readonly combinations: readonly ReaderCombination[];
}

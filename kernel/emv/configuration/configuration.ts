import type { ReaderCombination } from '../contactless/input.ts';
import type { RevokedCertificate } from '../oda/revocation.ts';

/** What a terminal may trust: in production neither test keys nor expired ones. */
export type ConfigurationMode = 'production' | 'development';

/**
 * How the kernels are set: everything that a payment system, an acquirer or a shop decides and that
 * is the same for every transaction. Written as JSON; docs/EMV.md says how.
 */
export interface EmvConfiguration {
  readonly mode: ConfigurationMode;
  /** For people, for example the acquirer's release. */
  readonly version: string;
  /** Tag 5F2A, ISO 4217 numeric, three digits. */
  readonly currency: string;
  /** Tag 5F36. */
  readonly currencyExponent: number;
  /** Tag 9F1A, ISO 3166 numeric, three digits. */
  readonly country: string;
  /** Capabilities and other terminal data by tag. */
  readonly terminalData: Readonly<Record<string, Uint8Array>>;
  /** Absent: the reader does not tell cards where it stands. */
  readonly terminalCategory?: Uint8Array;
  /** Contactless, in the reader's order. */
  readonly combinations: readonly ReaderCombination[];
  /** As the file states them; whether they may be trusted is for the loader of certs/ to say. */
  readonly caKeys: readonly CaKeyRecord[];
  readonly revokedCertificates: readonly RevokedCertificate[];
}

/** A CA public key as a file states it; hex. */
export interface CaKeyRecord {
  readonly rid: string;
  readonly index: string;
  /** `live` or `test`. */
  readonly environment: string;
  /** The last day of use, YYYY-MM-DD; `null` where none is stated. */
  readonly expiry: string | null;
  readonly exponent: string;
  readonly modulus: string;
  /** SHA-1, hex. */
  readonly checksum: string;
}

/** Why a member of a configuration is refused. */
export type ConfigurationFaultKind =
  /** The file's `format` is not the one this kernel reads. */
  | 'unknown-format'
  | 'missing'
  /** No such member is known, so that a misspelt limit does not go unseen. */
  | 'unknown-member'
  | 'not-an-object'
  | 'not-a-list'
  | 'not-text'
  | 'not-a-flag'
  | 'not-a-number'
  | 'not-hex'
  /** Not as many bytes or digits as the data element has. */
  | 'length'
  | 'not-digits'
  | 'not-an-amount'
  | 'not-a-date'
  | 'not-a-tag'
  /** The kernel itself sets this tag for each transaction. */
  | 'set-by-kernel'
  /** None of the words that may stand here. */
  | 'unknown-word'
  | 'unknown-kernel'
  /** The same as one before it: of a combination AID, kernel and transaction type. */
  | 'duplicate'
  /** Nothing in it. */
  | 'empty';

/** One fault; the path is made of members and places, for example `combinations.0.limits.floor`. */
export interface ConfigurationFault {
  readonly kind: ConfigurationFaultKind;
  readonly path: string;
}

import type { EllipticCurves } from '../../ports/elliptic-curves.ts';
import type { RsaRecovery } from '../../ports/rsa.ts';
import type { Trace } from '../decision.ts';
import type { CaPublicKey } from '../oda/ca-public-key.ts';
import type { EccCaPublicKey } from '../oda/ecc-certificates.ts';
import type { RevokedCertificate } from '../oda/revocation.ts';
import type { TagStore } from './outcome.ts';

/** The limits of a combination; minor units. Each may be absent. Source: Book A, 5.3 and 5.8. */
export interface ReaderLimits {
  /** At this amount and above the combination is not allowed. */
  readonly transactionMinor?: bigint;
  /** Above this amount an online cryptogram is required. */
  readonly floorMinor?: bigint;
  /** At this amount and above the cardholder must be verified. */
  readonly cvmRequiredMinor?: bigint;
}

/** An application and kernel that the reader offers (Book B, 3.1.1; Book A, 5.8). */
export interface ReaderCombination {
  /** Hex, upper case; matches an application whose AID is this or begins with this. */
  readonly aid: string;
  /** One byte for an international kernel, three for a domestic one. */
  readonly kernelId: number;
  /** The transaction types (9C) it serves, two digits each. Absent: all. */
  readonly transactionTypes?: readonly string[];
  readonly limits: ReaderLimits;
  /** Whether one unit of the currency asks whether the card is good. Absent: not. */
  readonly statusCheck?: boolean;
  /** Whether an amount of zero is allowed. Absent: it is. */
  readonly zeroAmountAllowed?: boolean;
  /** Whether the final SELECT carries the card's extended selection (9F29). Absent: not. */
  readonly extendedSelection?: boolean;
  /** Terminal data of this combination by tag (9F66, DF811B, DF8120, 9F820B and so on). */
  readonly data: Readonly<Record<string, Uint8Array>>;
}

/** All that the kernel knows of the sale and the terminal; it has no other source. */
export interface ContactlessInput {
  readonly amountMinor: bigint;
  readonly amountOtherMinor: bigint;
  /** Tag 9C, two digits. */
  readonly transactionType: string;
  /** Tag 5F2A, ISO 4217 numeric, three digits. */
  readonly currency: string;
  /** Tag 5F36; 2 unless given. */
  readonly currencyExponent?: number;
  /** Tag 9F1A, ISO 3166 numeric, three digits. */
  readonly terminalCountry: string;
  /** Tag 9A, YYMMDD, local. */
  readonly date: string;
  /** Tag 9F21, HHMMSS, local. */
  readonly time: string;
  /** Tag 9F37, four bytes each, handed out in order. To ask for more than there are throws. */
  readonly unpredictableNumbers: readonly Uint8Array[];
  /** Private keys on P-256 for kernel 8, 32 bytes each, handed out in order; none unless given. */
  readonly ephemeralPrivateKeys?: readonly Uint8Array[];
  /** How often the card may be presented before the transaction ends; 5 unless given. */
  readonly presentations?: number;
  /** Where it begins: with pre-processing (A, unless given) or, amount unknown, without (B). */
  readonly start?: 'A' | 'B';
  /** Terminal data of every combination by tag, for example 9F33, 9F35, 9F1B. */
  readonly terminalData: Readonly<Record<string, Uint8Array>>;
  readonly combinations: readonly ReaderCombination[];
  /**
   * Absent: the reader does not tell cards where it stands. Else it does (SEND POI INFORMATION),
   * with its terminal category, 2 bytes. Source: EMV Contactless Book B 2.11 and later, annex C.
   */
  readonly terminalCategory?: Uint8Array;
  /** None unless given: then no offline data authentication succeeds. */
  readonly caKeys?: readonly CaPublicKey[];
  /** Those of elliptic curves; none unless given: then no local authentication succeeds. */
  readonly eccCaKeys?: readonly EccCaPublicKey[];
  readonly revokedCertificates?: readonly RevokedCertificate[];
  /** PANs that are not to be served, digits. */
  readonly exceptionFile?: readonly string[];
  /** The kernel's own unless given. */
  readonly rsa?: RsaRecovery;
  /** The kernel's own unless given. */
  readonly curves?: EllipticCurves;
  /** Kernel 2: transactions that were torn, oldest first, as an earlier outcome left them. */
  readonly tornRecords?: readonly TagStore[];
  /** Is told each decision; nobody unless given. */
  readonly trace?: Trace;
}

import type { RsaRecovery } from '../../ports/rsa.ts';
import type { Trace } from '../decision.ts';
import type { CaPublicKey } from '../oda/ca-public-key.ts';
import type { EccCaPublicKey } from '../oda/ecc-certificates.ts';
import type { RevokedCertificate } from '../oda/revocation.ts';

/** An application that the terminal supports, with what its payment system set for it. */
export interface ContactApplication {
  /** Hex. */
  readonly aid: string;
  /** Application selection indicator: whether longer names that begin with `aid` match as well. */
  readonly allowsPartialName: boolean;
  /** Terminal data of this application by tag (9F09, 9F33, …); goes before the terminal's. */
  readonly data: Readonly<Record<string, Uint8Array>>;
  /** Terminal action codes, 5 bytes each; absent ones are zeros. Book 3, 10.7. */
  readonly actionCodes: {
    readonly denial?: Uint8Array;
    readonly online?: Uint8Array;
    readonly default?: Uint8Array;
  };
  /** Terminal floor limit; none is no limit. */
  readonly floorLimitMinor?: bigint;
  /** Random transaction selection; none where the terminal does not do it. */
  readonly randomSelection?: RandomSelection;
  /** The list for cards that have none (9F49); none here either fails DDA. */
  readonly defaultDdol?: Uint8Array;
  /** The list for cards that have none (97). */
  readonly defaultTdol?: Uint8Array;
}

/** Parameters of random transaction selection; percentages 0 to 99. Book 3, 10.6.2. */
export interface RandomSelection {
  /** From this amount on the selection is biased. */
  readonly thresholdMinor: bigint;
  readonly targetPercent: number;
  readonly maximumTargetPercent: number;
}

/** A card, by what names it. */
export interface CardIdentity {
  /** Digits. */
  readonly pan: string;
  /** Two digits; none matches any. */
  readonly panSequenceNumber?: string;
}

/** A step between reading the card's data and the first cryptogram. */
export type FreeStep = 'authenticate-card' | 'verify-cardholder' | 'manage-risk';

/** All that the contact kernel knows of the sale and the terminal; it has no other source. */
export interface ContactInput {
  readonly amountMinor: bigint;
  /** Cashback, included in `amountMinor`. */
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
  /** Tag 9F37, four bytes; one for each transaction with a card. */
  readonly unpredictableNumbers: readonly Uint8Array[];
  /** Random padding of an enciphered PIN, 231 bytes; used as far as the key is long. */
  readonly pinPadding: Uint8Array;
  /** 1 to 99, for random transaction selection. */
  readonly randomNumber: number;
  /** Other terminal data by tag: 9F33, 9F35, 9F40, 9F1E, … */
  readonly terminalData: Readonly<Record<string, Uint8Array>>;
  readonly applications: readonly ContactApplication[];
  /** Whether to look for a payment system directory (1PAY.SYS.DDF01) first. */
  readonly usesDirectory: boolean;
  /** Whether an application that was found by its name, alone, is selected again. Book 1, 12.4. */
  readonly reselects: boolean;
  /** Whether the cardholder can choose and confirm. */
  readonly cardholderSelects: boolean;
  /** Each step once; the book leaves their order to the terminal. Book 3, 8.2. */
  readonly order: readonly [FreeStep, FreeStep, FreeStep];
  /** Whether to ask the card for its PIN try counter before a PIN is entered. */
  readonly readsPinTryCounter: boolean;
  /** Whether CDA is asked for with an ARQC (modes 1 and 2) and, after approval, a TC (1 and 4). */
  readonly combinedSignature: { readonly withArqc: boolean; readonly withFinalTc: boolean };
  /** The attendant wants it so. Book 4, 6.5.3. */
  readonly forcedOnline: boolean;
  readonly rsa: RsaRecovery;
  readonly caKeys: readonly CaPublicKey[];
  readonly eccCaKeys: readonly EccCaPublicKey[];
  readonly revoked: readonly RevokedCertificate[];
  readonly exceptionFile: readonly CardIdentity[];
  /** Approved transactions, oldest first, against split sales. */
  readonly transactionLog: readonly (CardIdentity & { readonly amountMinor: bigint })[];
  /** Is told each decision; nobody unless given. */
  readonly trace?: Trace;
}

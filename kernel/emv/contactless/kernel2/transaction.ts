import type { Tlv } from '../../../tlv/ber.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import type { AuthenticatedRecord } from '../../oda/static-data.ts';
import type { KernelActivation } from '../kernel-activation.ts';
import type { ContactlessOutcome, OutcomeCvm, TagStore } from '../outcome.ts';
import { AIP, CONFIGURATION, K2 } from './tags.ts';
import type { ExchangeData } from './terminal-exchange.ts';
import type { TlvDatabase } from './tlv-database.ts';

/** What GENERATE AC can ask for, weakest first. */
export type AcType = 'AAC' | 'ARQC' | 'TC';

/**
 * A transaction as it goes through the kernel's steps, which change it. Every other thing that the
 * book remembers is a data object.
 */
export interface Kernel2Transaction {
  readonly activation: KernelActivation;
  readonly data: TlvDatabase;
  /** The terminal's side of the data exchange, where it has one. */
  readonly exchangeData: ExchangeData | undefined;
  /** Which lists of data an outcome carries; neither before the card said what it can. */
  mode: 'emv' | 'mag-stripe' | undefined;
  /** Outcome parameters that are set on the way. */
  cvm: OutcomeCvm;
  receipt: boolean;
  fieldOff: number | 'n/a';
  /** Whether CDA is to be performed ("ODA Status"). */
  isCdaRequired: boolean;
  /** Whether the signature of the cryptogram was verified. */
  isAuthenticated: boolean;
  acType: AcType;
  transactionLimitMinor: bigint;
  /** Tags that the terminal waits for ("Tags To Read Yet"). */
  tagsToRead: string[];
  /** Tags that the kernel waits for ("Data Needed"). */
  dataNeeded: Set<string>;
  /** What goes to the terminal with the next exchange ("Data To Send"). */
  dataToSend: Map<string, Uint8Array>;
  writeBefore: Tlv[];
  writeAfter: Tlv[];
  /** The records that are signed, in the order of the AFL. */
  signedRecords: AuthenticatedRecord[];
  /** The torn transactions that may still be taken up, oldest first. */
  tornRecords: readonly TagStore[];
}

/** A step that may end the transaction: then its outcome; otherwise nothing, and it goes on. */
export type Kernel2Step = KernelStep<ContactlessOutcome | undefined>;

/** A transaction before its first step, with the torn records that are not too old. */
export function newTransaction(
  activation: KernelActivation,
  data: TlvDatabase,
  exchangeData: ExchangeData | undefined,
  tornRecords: readonly TagStore[],
): Kernel2Transaction {
  return {
    activation,
    data,
    exchangeData,
    mode: undefined,
    cvm: 'n/a',
    receipt: false,
    fieldOff: 'n/a',
    isCdaRequired: false,
    isAuthenticated: false,
    acType: 'TC',
    transactionLimitMinor: 0n,
    tagsToRead: [],
    dataNeeded: new Set(),
    dataToSend: new Map(),
    writeBefore: [],
    writeAfter: [],
    signedRecords: [],
    tornRecords,
  };
}

/** Whether the card verifies the cardholder and the reader lets it. */
export function isVerifiedOnDevice({ data }: Kernel2Transaction): boolean {
  return (
    data.has('82', AIP.onDeviceVerification) &&
    data.has(K2.kernelConfiguration, CONFIGURATION.onDeviceVerification)
  );
}

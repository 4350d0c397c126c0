import { encodeBcd, encodeBcdAmount } from '../../bytes/bcd.ts';
import { hex } from '../../bytes/hex.ts';
import { ok, type Result } from '../../bytes/result.ts';
import type { HostReply, KernelStep } from '../../transaction/commands.ts';
import { transmit } from '../../transaction/steps.ts';
import type { RsaPublicKey } from '../oda/ca-public-key.ts';
import type { EccSigningKey } from '../oda/ecc-certificates.ts';
import type { AuthenticatedRecord } from '../oda/static-data.ts';
import type { ContactApplication, ContactInput } from './input.ts';
import type { ContactEndReason, OdaMethodName } from './outcome.ts';
import type { TransactionData } from './verification-results.ts';

/** Where offline data authentication stands. */
export interface OdaState {
  readonly method: OdaMethodName | 'none';
  /** `pending` until a signature comes with a cryptogram. */
  readonly status: 'not-performed' | 'pending' | 'verified' | 'failed';
  /** The card's key, with CDA once it is recovered. */
  readonly rsaKey?: RsaPublicKey;
  /** The card's key, with XDA once it is recovered. */
  readonly eccKey?: EccSigningKey;
}

/** One transaction with one application of a card. */
export interface ContactTransaction {
  readonly input: ContactInput;
  readonly application: ContactApplication;
  readonly data: TransactionData;
  /** The records to authenticate, in the order of the AFL. */
  readonly records: AuthenticatedRecord[];
  /** The values sent for the PDOL, CDOL1 and CDOL2, which a combined signature covers. */
  readonly sent: Uint8Array[];
  oda: OdaState;
  /** Enciphered, for the issuer. */
  onlinePinBlock?: Uint8Array;
  host?: HostReply;
}

/** A step that may end the card session. */
export type ContactStep<T> = KernelStep<Result<T, ContactEndReason>>;

/** What a card answered. */
export interface CardAnswer {
  readonly data: Uint8Array;
  /** Four hex digits. */
  readonly statusWord: string;
}

/** Sends a command; a card that is gone ends the session. Book 4, 6.6.1. */
export function* exchange(command: Uint8Array): ContactStep<CardAnswer> {
  const reply = yield* transmit(command);
  return reply.type === 'card-lost' ? { ok: false, error: 'card-lost' } : ok(reply);
}

/**
 * Begins a transaction with an application; TVR and TSI are zeros. Source: EMV 4.4 Book 3, 10.1.
 * Throws where no unpredictable number was handed in.
 */
export function beginTransaction(
  input: ContactInput,
  application: ContactApplication,
  name: Uint8Array,
): ContactTransaction {
  const [unpredictableNumber] = input.unpredictableNumbers;
  if (unpredictableNumber?.length !== 4) throw new RangeError('no unpredictable number of 4 bytes');
  const binaryAmount = (amount: bigint): Uint8Array =>
    hex((amount & 0xffffffffn).toString(16).padStart(8, '0'));
  const data: TransactionData = new Map([
    ['95', new Uint8Array(5)],
    ['9B', new Uint8Array(2)],
    ['9F34', Uint8Array.of(0x3f, 0x00, 0x00)],
    ...Object.entries(input.terminalData),
    ...Object.entries(application.data),
    ['9F06', name],
    ['9F02', encodeBcdAmount(input.amountMinor, 6)],
    ['9F03', encodeBcdAmount(input.amountOtherMinor, 6)],
    ['81', binaryAmount(input.amountMinor)],
    ['9F04', binaryAmount(input.amountOtherMinor)],
    ['9F1A', encodeBcd(input.terminalCountry)],
    ['5F2A', encodeBcd(input.currency)],
    ['9A', encodeBcd(input.date)],
    ['9F21', encodeBcd(input.time)],
    ['9C', encodeBcd(input.transactionType)],
    ['9F37', unpredictableNumber],
  ]);
  const { floorLimitMinor } = application;
  if (floorLimitMinor !== undefined) data.set('9F1B', binaryAmount(floorLimitMinor));
  return {
    input,
    application,
    data,
    records: [],
    sent: [],
    oda: { method: 'none', status: 'not-performed' },
  };
}

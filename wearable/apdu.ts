import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';

/** A command APDU taken apart. */
export interface Command {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Uint8Array;
  /** How many bytes the sender takes at most, 1 to 256; absent when it expects none. */
  readonly expectedBytes?: number;
}

/** The status words a wearable answers with. Source: ISO 7816-4, 5.6; EMV 4.4 Book 3, 6.3.5. */
export const STATUS = {
  done: '9000',
  applicationBlocked: '6283',
  authenticationFailed: '6300',
  memoryFailure: '6581',
  wrongLength: '6700',
  methodBlocked: '6983',
  referenceDataUnusable: '6984',
  conditionsNotSatisfied: '6985',
  notAllowedNow: '6986',
  wrongSecureMessaging: '6988',
  wrongData: '6A80',
  functionNotSupported: '6A81',
  notFound: '6A82',
  recordNotFound: '6A83',
  wrongParameters: '6A86',
  dataNotFound: '6A88',
  unknownInstruction: '6D00',
  unknownClass: '6E00',
  failed: '6F00',
} as const;

/** One of `STATUS`, or 63Cx: x tries of a PIN are left. */
export type StatusWord = (typeof STATUS)[keyof typeof STATUS] | `63C${string}`;

/**
 * Reads a short command, cases 1 to 4. The error is the status word to answer with: extended
 * lengths are not served. Source: ISO 7816-4, 5.1.
 */
export function parseCommand(bytes: Uint8Array): Result<Command, StatusWord> {
  const [cla, ins, p1, p2, length] = bytes;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) {
    return fail(STATUS.wrongLength);
  }
  const header = { cla, ins, p1, p2 };
  if (length === undefined) return ok({ ...header, data: new Uint8Array(0) });
  if (bytes.length === 5) {
    return ok({ ...header, data: new Uint8Array(0), expectedBytes: length || 256 });
  }
  if (length === 0) return fail(STATUS.wrongLength);
  const data = bytes.slice(5, 5 + length);
  if (bytes.length === 5 + length) return ok({ ...header, data });
  if (bytes.length !== 6 + length) return fail(STATUS.wrongLength);
  return ok({ ...header, data, expectedBytes: bytes[5 + length] || 256 });
}

/** A response APDU: the data, then the status word. */
export function buildResponse(
  status: StatusWord,
  data: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return concatBytes(data, hex(status));
}

import { encodeBcdAmount } from '../../../bytes/bcd.ts';
import { hex } from '../../../bytes/hex.ts';
import type { KernelActivation } from '../kernel-activation.ts';
import { terminalDataOf } from '../terminal-data.ts';
import { cardObject } from './card-objects.ts';
import { K2 } from './tags.ts';
import { TlvDatabase } from './tlv-database.ts';

/**
 * What the kernel works with where neither the terminal nor the combination says otherwise. Source:
 * Book C-2, 4.2 and 4.4 (default values), as open kernels have them; the book is not public.
 */
const DEFAULTS: Readonly<Record<string, Uint8Array>> = {
  '9F09': hex('0002'),
  '9F35': hex('00'),
  '9F40': hex('0000000000'),
  '9F6D': hex('0001'),
  [K2.defaultUdol]: hex('9F6A04'),
  [K2.holdTime]: hex('0D'),
  [K2.kernelConfiguration]: hex('00'),
  [K2.magStripeCvmRequired]: hex('F0'),
  [K2.magStripeCvmNotRequired]: hex('F0'),
  [K2.maxTornLifetime]: hex('012C'),
  [K2.maxTornRecords]: hex('00'),
  [K2.messageHoldTime]: hex('000013'),
  [K2.minRelayGrace]: hex('0014'),
  [K2.maxRelayGrace]: hex('0032'),
  [K2.terminalCommandTime]: hex('0012'),
  [K2.terminalResponseTime]: hex('0018'),
  [K2.relayAccuracyThreshold]: hex('012C'),
  [K2.relayMismatchThreshold]: hex('32'),
  [K2.tacDefault]: hex('840000000C'),
  [K2.tacDenial]: hex('840000000C'),
  [K2.tacOnline]: hex('840000000C'),
  [K2.phoneMessageTable]: hex(
    '0000010000012000' +
      '0008000008002000' +
      '0004000004002000' +
      '0001000001002000' +
      '0002000002002000' +
      '0000000000000700',
  ),
};

/** An amount that no amount of money exceeds. */
const UNLIMITED = hex('999999999999');

/**
 * The database as a transaction begins: the terminal's data, the combination's and the sale's, and
 * for what they leave out the defaults. Capabilities (DF8117, DF8118, DF8119, DF811F) that are not
 * configured are those of the terminal (9F33), limits (DF8123 to DF8126) those of the combination;
 * without either there is no transaction limit, verification is not required and the floor is zero.
 * Objects that only a card may give are left out of it, such as 9F66, which here is no TTQ.
 */
export function openDatabase(activation: KernelActivation): TlvDatabase {
  const terminal = terminalDataOf(activation);
  const capabilities = terminal.get('9F33') ?? new Uint8Array(3);
  const { transactionMinor, floorMinor, cvmRequiredMinor } = activation.combination.limits;
  const transactionLimit = below(transactionMinor);
  const stated: Readonly<Record<string, Uint8Array>> = {
    [K2.cardDataInputCapability]: capabilities.subarray(0, 1),
    [K2.cvmCapabilityRequired]: capabilities.subarray(1, 2),
    [K2.cvmCapabilityNotRequired]: capabilities.subarray(1, 2),
    [K2.securityCapability]: capabilities.subarray(2, 3),
    [K2.transactionLimit]: transactionLimit,
    [K2.transactionLimitOnDevice]: transactionLimit,
    [K2.floorLimit]: encodeBcdAmount(floorMinor ?? 0n, 6),
    [K2.cvmRequiredLimit]: below(cvmRequiredMinor),
  };
  const data = new TlvDatabase([
    ...Object.entries(DEFAULTS),
    ...Object.entries(stated),
    ...[...terminal].filter(([tag]) => !cardObject(tag)),
  ]);
  data.set('9F37', activation.takeUnpredictableNumber());
  return data;
}

/** Kernel 2 compares with `>` where Book B has `>=`. */
function below(limitMinor: bigint | undefined): Uint8Array {
  if (limitMinor === undefined) return UNLIMITED;
  return encodeBcdAmount(limitMinor > 0n ? limitMinor - 1n : 0n, 6);
}

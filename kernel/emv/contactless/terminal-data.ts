import { encodeBcd, encodeBcdAmount } from '../../bytes/bcd.ts';
import type { KernelActivation } from './kernel-activation.ts';

/**
 * What the terminal holds for a kernel, by tag: the terminal's data, over it the combination's,
 * over it what the transaction gives (9F02, 9F03, 9F1A, 5F2A, 5F36, 9A, 9F21, 9C). The
 * unpredictable number is the kernel's to take. A new map, which the kernel may change.
 */
export function terminalDataOf(activation: KernelActivation): Map<string, Uint8Array> {
  const { input, combination } = activation;
  return new Map([
    ...Object.entries(input.terminalData),
    ...Object.entries(combination.data),
    ['9F02', encodeBcdAmount(input.amountMinor, 6)],
    ['9F03', encodeBcdAmount(input.amountOtherMinor, 6)],
    ['9F1A', encodeBcd(input.terminalCountry)],
    ['5F2A', encodeBcd(input.currency)],
    ['5F36', Uint8Array.of(input.currencyExponent ?? 2)],
    ['9A', encodeBcd(input.date)],
    ['9F21', encodeBcd(input.time)],
    ['9C', encodeBcd(input.transactionType)],
  ]);
}

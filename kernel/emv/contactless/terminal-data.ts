import { encodeBcd, encodeBcdAmount } from '../../bytes/bcd.ts';
import type { ContactlessInput } from './input.ts';
import type { KernelActivation } from './kernel-activation.ts';

/**
 * What the terminal holds for a kernel, by tag: the terminal's data, over it the combination's,
 * over it what the transaction gives (9F02, 9F03, 9F1A, 5F2A, 5F36, 9A, 9F21, 9C), and the selected
 * application and kernel (9F06, 96; Book B, 3.4). The unpredictable number is the kernel's to take.
 * A new map, which the kernel may change.
 */
export function terminalDataOf({
  input,
  combination,
  candidate,
}: Pick<KernelActivation, 'input' | 'combination' | 'candidate'>): Map<string, Uint8Array> {
  return saleDataOf(input, {
    ...combination.data,
    '9F06': candidate.adfName,
    '96': kernelIdentifier(combination.kernelId),
  });
}

/** What is known before an application is selected: the terminal's data and the transaction's. */
export function saleDataOf(
  input: ContactlessInput,
  combinationData: Readonly<Record<string, Uint8Array>> = {},
): Map<string, Uint8Array> {
  return new Map([
    ...Object.entries(input.terminalData),
    ...Object.entries(combinationData),
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

/** One byte of an international kernel or three of a domestic one, filled to eight. */
function kernelIdentifier(kernelId: number): Uint8Array {
  const value = new Uint8Array(8);
  const isDomestic = kernelId > 0xff;
  value.set(isDomestic ? [kernelId >> 16, kernelId >> 8, kernelId] : [kernelId]);
  return value;
}

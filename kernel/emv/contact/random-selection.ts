import type { ContactApplication, ContactInput } from './input.ts';

/**
 * Whether a transaction below the floor limit is selected at random to go online; from the
 * threshold on the more likely the larger it is. The random number comes from outside. Source: EMV
 * 4.4 Book 3, 10.6.2.
 */
export function isSelectedRandomly(
  { amountMinor, randomNumber }: Pick<ContactInput, 'amountMinor' | 'randomNumber'>,
  {
    floorLimitMinor,
    randomSelection,
  }: Pick<ContactApplication, 'floorLimitMinor' | 'randomSelection'>,
): boolean {
  if (!randomSelection || floorLimitMinor === undefined) return false;
  if (amountMinor >= floorLimitMinor) return false;
  const { thresholdMinor, targetPercent, maximumTargetPercent } = randomSelection;
  if (amountMinor < thresholdMinor) return randomNumber <= targetPercent;
  const above = Number(amountMinor - thresholdMinor);
  const range = Number(floorLimitMinor - thresholdMinor);
  const target = targetPercent + ((maximumTargetPercent - targetPercent) * above) / range;
  return randomNumber <= target;
}

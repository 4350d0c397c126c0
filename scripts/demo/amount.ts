const money = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });

/** An amount of the demonstration's shop for people, from minor units. */
export function amount(minor: bigint): string {
  return money.format(`${minor / 100n}.${String(minor % 100n).padStart(2, '0')}` as `${number}`);
}

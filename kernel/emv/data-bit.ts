/** One bit of a data object; bytes count from 1, as the books do. */
export interface DataBit {
  readonly byte: number;
  readonly mask: number;
}

/** Whether a bit is set; not where there is no such data object, or it is shorter. */
export function isSet(value: Uint8Array | undefined, { byte, mask }: DataBit): boolean {
  return ((value?.[byte - 1] ?? 0) & mask) !== 0;
}

/** A copy of a value that is long enough, with a bit set or cleared. */
export function withBit(value: Uint8Array, { byte, mask }: DataBit, on: boolean): Uint8Array {
  const before = value[byte - 1] ?? 0;
  return value.with(byte - 1, on ? before | mask : before & ~mask);
}

/** Sets the last bit of every byte so that its one bits are odd in number, as a DES key has it. */
export function oddParity(key: Uint8Array): Uint8Array {
  return key.map((byte) => (hasOddParity(byte) ? byte : byte ^ 1));
}

/** Whether every byte has an odd number of one bits. */
export function isOddParity(key: Uint8Array): boolean {
  return key.every(hasOddParity);
}

function hasOddParity(byte: number): boolean {
  let folded = byte ^ (byte >> 4);
  folded ^= folded >> 2;
  folded ^= folded >> 1;
  return (folded & 1) === 1;
}

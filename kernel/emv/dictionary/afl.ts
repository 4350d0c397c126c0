const ENTRY_BYTES = 4;

/** Which records an application file locator (94) names. Source: EMV 4.4 Book 3, 10.2. */
export function aflMeanings(value: Uint8Array): readonly string[] {
  const lines: string[] = [];
  let at = 0;
  for (; at + ENTRY_BYTES <= value.length; at += ENTRY_BYTES) {
    const [file = 0, first = 0, last = 0, signed = 0] = value.subarray(at, at + ENTRY_BYTES);
    lines.push(`File ${file >> 3}, ${recordsOf(first, last)}${signedOf(signed)}`);
  }
  return at === value.length ? lines : [...lines, 'Half an entry at its end'];
}

function recordsOf(first: number, last: number): string {
  return first === last ? `record ${first}` : `records ${first} to ${last}`;
}

function signedOf(count: number): string {
  return count === 0 ? '' : `; the first ${count} authenticated offline`;
}

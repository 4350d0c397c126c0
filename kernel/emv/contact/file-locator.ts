/** One entry of an application file locator. */
export interface FileLocatorEntry {
  /** Short file identifier, 1 to 30. */
  readonly sfi: number;
  readonly first: number;
  readonly last: number;
  /** How many of the records, from the first on, are authenticated. */
  readonly authenticated: number;
}

/**
 * Reads an application file locator (94). `undefined` where it has no entries or one that is not
 * well formed. Source: EMV 4.4 Book 3, 10.2 and 7.5.
 */
export function parseFileLocator(locator: Uint8Array): readonly FileLocatorEntry[] | undefined {
  if (locator.length === 0 || locator.length % 4 !== 0) return undefined;
  const entries: FileLocatorEntry[] = [];
  for (let at = 0; at < locator.length; at += 4) {
    const [file = 0, first = 0, last = 0, authenticated = 0] = locator.subarray(at, at + 4);
    const sfi = file >> 3;
    if (sfi < 1 || sfi > 30 || first < 1 || last < first) return undefined;
    if (authenticated > last - first + 1) return undefined;
    entries.push({ sfi, first, last, authenticated });
  }
  return entries;
}

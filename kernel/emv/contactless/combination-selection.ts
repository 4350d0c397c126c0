import { decodeLatin1 } from '../../bytes/ascii.ts';
import { readUint } from '../../bytes/bytes.ts';
import { encodeHex } from '../../bytes/hex.ts';
import { decodeTlv, findTag, type Tlv } from '../../tlv/ber.ts';
import type { PreparedCombination } from './pre-processing.ts';

/** An application that both the card and the reader support (Book B, 3.3.2). */
export interface Candidate {
  /** DF name as the card's directory gives it. */
  readonly adfName: Uint8Array;
  /** Tag 50, or empty. */
  readonly label: string;
  /** 1 is the highest; 16 where the card gives none. */
  readonly priority: number;
  /** Tag 9F29 of the directory entry. */
  readonly extendedSelection?: Uint8Array;
  readonly combination: PreparedCombination;
}

const NO_PRIORITY = 16;

/** Kernels of applications that ask for none, by RID (Book B, table 3-6). */
const DEFAULT_KERNELS: Readonly<Record<string, number>> = {
  A000000004: 2,
  A000000003: 3,
  A000000025: 4,
  A000000065: 5,
  A000000152: 6,
  A000000324: 6,
  A000000333: 7,
};

/**
 * The candidates of a PPSE answer, best first: by the card's priority, then in the card's order. An
 * answer that is no PPSE has none; a directory entry that is malformed is passed over, as is a
 * combination that this amount does not allow. Source: Book B, 3.3.2.4, 3.3.2.5 and 3.3.3.2.
 */
export function listCandidates(
  fci: Uint8Array,
  combinations: readonly PreparedCombination[],
): readonly Candidate[] {
  const decoded = decodeTlv(fci);
  if (!decoded.ok) return [];
  const directory = findTag(decoded.value, 'BF0C')?.children ?? [];
  const allowed = combinations.filter(
    ({ indicators }) => !indicators.contactlessApplicationNotAllowed,
  );
  const candidates: Candidate[] = [];
  for (const entry of directory) {
    if (entry.tag !== '61' || !entry.children) continue;
    for (const combination of allowed) {
      const candidate = match(entry.children, combination);
      if (candidate) candidates.push(candidate);
    }
  }
  return candidates.sort((a, b) => a.priority - b.priority);
}

/** Book B, 3.3.2.5 A to E for one entry and one combination. */
function match(entry: readonly Tlv[], combination: PreparedCombination): Candidate | undefined {
  const adfName = findTag(entry, '4F')?.value;
  if (!adfName || adfName.length < 5 || adfName.length > 16) return undefined;
  if (!encodeHex(adfName).startsWith(combination.aid)) return undefined;
  const requested = requestedKernel(findTag(entry, '9F2A')?.value, adfName);
  if (requested !== 0 && requested !== combination.kernelId) return undefined;
  const priority = (findTag(entry, '87')?.value[0] ?? 0) & 0x0f;
  const extendedSelection = findTag(entry, '9F29')?.value;
  return {
    adfName,
    label: decodeLatin1(findTag(entry, '50')?.value ?? new Uint8Array(0)),
    priority: priority === 0 ? NO_PRIORITY : priority,
    ...(extendedSelection && { extendedSelection }),
    combination,
  };
}

/**
 * The kernel a directory entry asks for; 0 for any, -1 for none that can be. An international
 * kernel (byte 1 00 to 7F) is named by one byte, a domestic one (80 to FF) by three; one without a
 * short identifier the books leave to the reader, and any will do here. Book B, 3.3.2.5 C and D.
 */
function requestedKernel(identifier: Uint8Array | undefined, adfName: Uint8Array): number {
  if (!identifier || identifier.length === 0) {
    return DEFAULT_KERNELS[encodeHex(adfName.subarray(0, 5))] ?? 0;
  }
  const first = identifier[0] ?? 0;
  if ((first & 0x80) === 0) return first;
  if (identifier.length < 3) return -1;
  return (first & 0x3f) === 0 ? 0 : readUint(identifier.subarray(0, 3));
}

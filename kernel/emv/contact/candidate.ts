import { decodeLatin1 } from '../../bytes/ascii.ts';
import { encodeHex, hex } from '../../bytes/hex.ts';
import type { ApplicationChoice } from '../../transaction/commands.ts';
import { type Fci, matchName } from './fci.ts';
import type { ContactApplication, ContactInput } from './input.ts';

/** An application that card and terminal both support. */
export interface Candidate {
  /** DF name, the card's. */
  readonly name: Uint8Array;
  readonly application: ContactApplication;
  readonly label?: Uint8Array | undefined;
  readonly preferredName?: Uint8Array | undefined;
  /** Issuer code table index (9F11). */
  readonly codeTable?: number | undefined;
  /** Application priority indicator (87). */
  readonly priorityIndicator?: number | undefined;
  /** What it answered when the list was built by names and nothing else was found. */
  readonly selected?: Fci | undefined;
}

const CONFIRMATION_REQUIRED = 0x80;
const LOWEST = 16;

/** The terminal's application for a DF name of the card; of several the one named most exactly. */
export function supportedApplication(
  { applications }: ContactInput,
  name: Uint8Array,
): ContactApplication | undefined {
  let best: ContactApplication | undefined;
  for (const application of applications) {
    const match = matchName(hex(application.aid), name);
    if (match === 'exact') return application;
    if (match === 'none' || !application.allowsPartialName) continue;
    if (!best || application.aid.length > best.aid.length) best = application;
  }
  return best;
}

/** Whether the card wants the cardholder's word before this application is taken. */
export function needsConfirmation({ priorityIndicator = 0 }: Candidate): boolean {
  return (priorityIndicator & CONFIRMATION_REQUIRED) !== 0;
}

/** Best first; those without a priority last, in the card's order. Source: Book 1, 12.4 step 4. */
export function byPriority(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.toSorted((a, b) => rank(a) - rank(b));
}

function rank({ priorityIndicator = 0 }: Candidate): number {
  return priorityIndicator & 0x0f || LOWEST;
}

/**
 * How the application is shown: by its preferred name where the terminal has the characters it is
 * written in, else by its label. Source: Book 1, 12.4; Book 4, A3 for the code tables of 9F40.
 */
export function choiceOf(candidate: Candidate, { terminalData }: ContactInput): ApplicationChoice {
  const { name, label, preferredName, codeTable } = candidate;
  const shown =
    preferredName && hasCodeTable(terminalData['9F40'], codeTable) ? preferredName : label;
  return { aid: encodeHex(name), label: shown ? decodeLatin1(shown) : '' };
}

function hasCodeTable(capabilities: Uint8Array | undefined, table: number | undefined): boolean {
  if (!table || table < 1 || table > 10) return false;
  const [, , , fourth = 0, fifth = 0] = capabilities ?? [];
  return (((fourth << 8) | fifth) & (1 << (table - 1))) !== 0;
}

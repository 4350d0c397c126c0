import { encodeAscii } from '../../bytes/ascii.ts';
import { concatBytes } from '../../bytes/bytes.ts';
import { encodeHex } from '../../bytes/hex.ts';
import { decodeTlv, findTag } from '../../tlv/ber.ts';
import { parseDol } from '../../tlv/dol.ts';
import type { KernelStep } from '../../transaction/commands.ts';
import { transmit } from '../../transaction/steps.ts';
import { select, sendPoiInformation } from '../apdu.ts';
import { type Candidate, listCandidates } from './combination-selection.ts';
import type { ContactlessInput } from './input.ts';
import { poiInformation } from './poi-information.ts';
import type { PreparedCombination } from './pre-processing.ts';

const PPSE = encodeAscii('2PAY.SYS.DDF01');
const VISA = 'A000000003';

/**
 * The candidates of the card in the field, best first. A card that asks where the reader stands is
 * told, and its second answer is the one that counts. Source: Book B, 3.3.2; annex C of 2.12.
 */
export function* readDirectory(
  input: ContactlessInput,
  combinations: readonly PreparedCombination[],
): KernelStep<readonly Candidate[] | 'card-lost'> {
  let directory = yield* transmit(select(PPSE));
  if (directory.type === 'response' && directory.statusWord === '9000') {
    const information = poiInformation(directory.data, input);
    if (information) directory = yield* transmit(sendPoiInformation(information));
  }
  if (directory.type === 'card-lost') return 'card-lost';
  return directory.statusWord === '9000' ? listCandidates(directory.data, combinations) : [];
}

/** An application that let itself be selected, and the candidates below it. */
export interface SelectedApplication {
  readonly candidate: Candidate;
  readonly fci: Uint8Array;
  readonly statusWord: string;
  readonly others: readonly Candidate[];
}

/**
 * Selects the best candidate that the card lets be selected. Visa's without the TTQ in its PDOL is
 * no application of kernel 3: kernel 1 serves it where the reader has that, else the next one is
 * tried. Source: Book B, 3.3.3.
 */
export function* selectApplication(
  candidates: readonly Candidate[],
  combinations: readonly PreparedCombination[],
): KernelStep<SelectedApplication | 'none' | 'card-lost'> {
  for (const [i, candidate] of candidates.entries()) {
    const { adfName, extendedSelection, combination } = candidate;
    const suffix = combination.extendedSelection ? extendedSelection : undefined;
    const name = suffix ? concatBytes(adfName, suffix) : adfName;
    const reply = yield* transmit(select(name));
    if (reply.type === 'card-lost') return 'card-lost';
    if (reply.statusWord !== '9000') continue;
    const { data: fci, statusWord } = reply;
    const served = servedBy(candidate, fci, combinations);
    if (!served) continue;
    return { candidate: served, fci, statusWord, others: candidates.slice(i + 1) };
  }
  return 'none';
}

/** Book B, 3.3.3.6. */
function servedBy(
  candidate: Candidate,
  fci: Uint8Array,
  combinations: readonly PreparedCombination[],
): Candidate | undefined {
  const { adfName, combination } = candidate;
  const isVisas = encodeHex(adfName).startsWith(VISA) && combination.kernelId === 3;
  if (!isVisas || asksForQualifiers(fci)) return candidate;
  const first = combinations.find(({ aid, kernelId }) => aid === combination.aid && kernelId === 1);
  return first && { ...candidate, combination: first };
}

function asksForQualifiers(fci: Uint8Array): boolean {
  const decoded = decodeTlv(fci);
  const pdol = decoded.ok ? findTag(decoded.value, '9F38') : undefined;
  const entries = pdol && parseDol(pdol.value);
  return entries?.ok === true && entries.value.some(({ tag }) => tag === '9F66');
}

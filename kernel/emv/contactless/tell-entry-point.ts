import { encodeHex } from '../../bytes/hex.ts';
import { type Trace, tell } from '../decision.ts';
import type { SelectedApplication } from './application-selection.ts';
import type { Candidate } from './combination-selection.ts';
import type { ContactlessOutcome } from './outcome.ts';
import type { PreProcessingIndicators, PreparedCombination } from './pre-processing.ts';

/** What the indicators say, in the words of Book B, table 3-1. */
const INDICATORS: Readonly<Record<keyof PreProcessingIndicators, string>> = {
  statusCheckRequested: 'status check requested',
  contactlessApplicationNotAllowed: 'contactless application not allowed',
  zeroAmount: 'zero amount',
  readerCvmRequiredLimitExceeded: 'reader CVM required limit exceeded',
  readerContactlessFloorLimitExceeded: 'reader contactless floor limit exceeded',
};

/** Tells what pre-processing found out about each combination. */
export function tellCombinations(
  trace: Trace | undefined,
  combinations: readonly PreparedCombination[],
): void {
  for (const { aid, kernelId, indicators, data } of trace ? combinations : []) {
    const names = Object.keys(INDICATORS) as (keyof PreProcessingIndicators)[];
    const set = names.filter((name) => indicators[name]).map((name) => INDICATORS[name]);
    const result = `${aid} with kernel ${kernelId}: ${set.join(', ') || 'no indicator set'}`;
    tell(trace, { step: 'pre-processing', result }, new Map(Object.entries(data)), ['9F66']);
  }
}

/** Tells the candidates, best first. */
export function tellCandidates(trace: Trace | undefined, candidates: readonly Candidate[]): void {
  const details = candidates.map(
    ({ adfName, priority, combination }) =>
      `${encodeHex(adfName)} with kernel ${combination.kernelId}, priority ${priority}`,
  );
  const result = `${details.length} ${details.length === 1 ? 'combination' : 'combinations'}`;
  tell(trace, { step: 'combination-list', result, details });
}

/** Tells which candidate was selected, and so which kernel is activated. */
export function tellSelection(
  trace: Trace | undefined,
  found: SelectedApplication | 'none' | 'card-lost',
): void {
  if (typeof found === 'string') {
    tell(trace, { step: 'combination-selection', result: found });
    return;
  }
  const { adfName, combination } = found.candidate;
  tell(trace, { step: 'combination-selection', result: encodeHex(adfName) });
  const { kernelId: kernel } = combination;
  tell(trace, { step: 'kernel-activation', result: `kernel ${kernel}`, kernel });
}

/** Tells an outcome with the parameters that apply. */
export function tellOutcome(
  trace: Trace | undefined,
  outcome: ContactlessOutcome,
  kernel: number | undefined,
): void {
  const { type, reason, start, cvm, onlineResponseData, alternateInterface, oda } = outcome;
  const parameters = { start, cvm, onlineResponseData, alternateInterface };
  const details = Object.entries({ ...parameters, ...(oda && { oda }) })
    .filter(([, value]) => value !== 'n/a')
    .map(([name, value]) => `${name}: ${value}`);
  const result = reason ? `${type}: ${reason}` : type;
  tell(
    trace,
    { step: 'outcome', result, details, ...(kernel !== undefined && { kernel }) },
    outcome.dataRecord,
    ['9F27', '9F34'],
  );
}

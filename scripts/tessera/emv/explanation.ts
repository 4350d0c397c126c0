import { runTransaction } from '#certify/kinds/transaction.ts';
import type { Malformed } from '#kernel/bytes/result.ts';
import type { Decision } from '#kernel/emv/decision.ts';
import { type ApduPair, type DescribedApdu, describeExchange } from '#kernel/emv/describe-apdu.ts';
import { DecisionDescriber, type DescribedDecision } from '#kernel/emv/describe-decision.ts';
import type { Recording } from './read-recordings.ts';

/** What happened, in its order. */
export type ExplainedEvent =
  | ({ readonly type: 'apdu' } & DescribedApdu)
  | ({ readonly type: 'decision' } & DescribedDecision);

/** A recording as it is told. */
export interface Explanation {
  readonly id: string;
  /** Whether the kernel was run on it: else nobody knows why anything was decided. */
  readonly hasDecisions: boolean;
  readonly events: readonly ExplainedEvent[];
  /** Where the kernel could not go on with the recording, and why. */
  readonly fault?: Malformed;
}

type Event =
  | { readonly type: 'apdu'; readonly pair: ApduPair }
  | { readonly type: 'decision'; readonly decision: Decision };

/**
 * Explains a recording: a vector by running the kernel on it, which tells its decisions itself;
 * a bare recording by its APDUs alone.
 */
export function explain(recording: Recording): Explanation {
  const { id } = recording;
  if (recording.type === 'bare') {
    const events = recording.pairs.map((pair): Event => ({ type: 'apdu', pair }));
    return { id, hasDecisions: false, events: described(events) };
  }
  const events: Event[] = [];
  let kernel: number | undefined;
  const result = runTransaction(recording.input, {
    decided(decision) {
      if (decision.step === 'kernel-activation') kernel = decision.kernel;
      events.push({ type: 'decision', decision });
    },
    exchanged(command, answer) {
      const response = answer.length > 0 ? answer : undefined;
      events.push({ type: 'apdu', pair: { command, response, kernel } });
    },
  });
  return {
    id,
    hasDecisions: true,
    events: described(events),
    ...(!result.ok && { fault: result.error }),
  };
}

function described(events: readonly Event[]): readonly ExplainedEvent[] {
  const pairs = events.flatMap((event) => (event.type === 'apdu' ? [event.pair] : []));
  const apdus = describeExchange(pairs).values();
  const decisions = new DecisionDescriber();
  return events.map((event): ExplainedEvent => {
    if (event.type === 'decision') {
      return { type: 'decision', ...decisions.describe(event.decision) };
    }
    const { value } = apdus.next();
    if (!value) throw new Error('fewer APDUs were described than there are');
    return { type: 'apdu', ...value };
  });
}

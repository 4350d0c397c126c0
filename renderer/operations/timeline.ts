import type { Story } from './cloud-client.ts';

/** One thing that happened to a payment. */
export type TimelineEvent =
  | {
      readonly what: 'message';
      readonly at: string;
      readonly kind: string;
      readonly amountMinor: string;
      readonly currency: string;
      readonly stan: string;
      readonly responseCode: string | null;
      /** Where the payment stood afterwards, if that is written down. */
      readonly state: string | undefined;
    }
  | { readonly what: 'act'; readonly at: string; readonly act: string; readonly state?: string }
  | { readonly what: 'dispute'; readonly at: string; readonly id: string; readonly reason: string }
  | { readonly what: 'ruling'; readonly at: string; readonly id: string; readonly state: string };

/**
 * What happened to a payment, in order: messages, changes of its state that no message stands for,
 * and disputes. An entry of the audit log of the same act and moment as a message is that message.
 */
export function timelineOf(story: Story): readonly TimelineEvent[] {
  const { transaction, messages, audit, disputes } = story;
  const spoken = new Set<string>();
  const told = [transaction, ...messages].map((message): TimelineEvent => {
    const entry = audit.find(
      ({ act, at, sequence }) =>
        !spoken.has(sequence) && act === message.kind && at === message.receivedAt,
    );
    if (entry) spoken.add(entry.sequence);
    const { kind, amountMinor, currency, stan, responseCode, receivedAt: at } = message;
    const state = entry && stateOf(entry.details);
    return { what: 'message', at, kind, amountMinor, currency, stan, responseCode, state };
  });
  const acts = audit
    .filter(({ sequence, act }) => !spoken.has(sequence) && !isRuling(act))
    .map(({ act, at, details }): TimelineEvent => {
      const state = stateOf(details);
      return { what: 'act', at, act, ...(state !== undefined && { state }) };
    });
  const denials = disputes.flatMap(
    ({ disputeId: id, reasonCode: reason, state, openedAt, ruledAt }): TimelineEvent[] => [
      { what: 'dispute', at: openedAt, id, reason },
      ...(ruledAt === null ? [] : [{ what: 'ruling', at: ruledAt, id, state } as const]),
    ],
  );
  // Of one moment they stay in the order in which they are written down.
  return [...told, ...acts, ...denials].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** The story's disputes tell of these, with more. */
function isRuling(act: string): boolean {
  return ['dispute', 'win-dispute', 'lose-dispute'].includes(act);
}

function stateOf(details: Readonly<Record<string, unknown>>): string | undefined {
  const { state } = details;
  return typeof state === 'string' ? state : undefined;
}

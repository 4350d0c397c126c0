import { useCallback, useEffect, useState } from 'react';
import { cloud, type FailureKind, isLoggedOut, type Payment } from './cloud-client.ts';

/** What is shown of a list of payments. */
export interface PaymentList {
  /** `undefined` before the first answer. */
  readonly payments: readonly Payment[] | undefined;
  readonly hasMore: boolean;
  readonly failure: FailureKind | undefined;
  readonly showMore: () => void;
  /** Asks anew from the newest. */
  readonly refresh: () => void;
}

interface Read {
  readonly payments: readonly Payment[] | undefined;
  readonly nextCursor: string | null;
  readonly failure: FailureKind | undefined;
}

/** Reads payments page by page, as these filters say. */
export function usePayments(filters: URLSearchParams, onLoggedOut: () => void): PaymentList {
  const [read, setRead] = useState<Read>({
    payments: undefined,
    nextCursor: null,
    failure: undefined,
  });
  const filterText = filters.toString();
  const load = useCallback(
    async (before: readonly Payment[], cursor: string | null) => {
      const query = new URLSearchParams(filterText);
      if (cursor !== null) query.set('cursor', cursor);
      const answer = await cloud.payments(query);
      if (answer.ok) {
        const { transactions, nextCursor } = answer.value;
        setRead({ payments: [...before, ...transactions], nextCursor, failure: undefined });
      } else if (isLoggedOut(answer.failure)) onLoggedOut();
      else setRead((last) => ({ ...last, failure: answer.failure }));
    },
    [filterText, onLoggedOut],
  );
  useEffect(() => void load([], null), [load]);
  return {
    payments: read.payments,
    hasMore: read.nextCursor !== null,
    failure: read.failure,
    showMore: () => void load(read.payments ?? [], read.nextCursor),
    refresh: () => void load([], null),
  };
}

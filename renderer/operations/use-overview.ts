import { useEffect, useState } from 'react';
import { cloud, type FailureKind, isLoggedOut, type Overview } from './cloud-client.ts';

/** The last overview, when it came, and what has been wrong since. */
export interface Watched {
  readonly overview: Overview | undefined;
  /** By this machine's clock; milliseconds since 1970. */
  readonly receivedAtMs: number | undefined;
  readonly failure: FailureKind | undefined;
}

const EVERY_MS = 2_000;

/** Asks for the overview two seconds after each answer; never twice at once. */
export function useOverview(onLoggedOut: () => void): Watched {
  const [watched, setWatched] = useState<Watched>({
    overview: undefined,
    receivedAtMs: undefined,
    failure: undefined,
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const look = async () => {
      const answer = await cloud.overview();
      if (isOver) return;
      if (answer.ok) {
        setWatched({ overview: answer.value, receivedAtMs: Date.now(), failure: undefined });
      } else if (isLoggedOut(answer.failure)) {
        onLoggedOut();
        return;
      } else {
        const { failure } = answer;
        setWatched((last) => ({ ...last, failure }));
      }
      timer = setTimeout(look, EVERY_MS);
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [onLoggedOut]);
  return watched;
}

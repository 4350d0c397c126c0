import { useEffect, useState } from 'react';

/** The time, milliseconds since 1970, taken anew every `everyMs` while `running`. */
export function useNow(everyMs: number, running: boolean): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return undefined;
    setNowMs(Date.now());
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, running]);
  return nowMs;
}

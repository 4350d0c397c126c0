import { createContext, useContext, useSyncExternalStore } from 'react';
import type { TerminalApi } from '#bridge/terminal-api.ts';
import type { Till } from './till.ts';
import type { TillSnapshot } from './till-snapshot.ts';

/** What the checkout's components reach the world through. */
export interface TillAccess {
  readonly till: Till;
  readonly api: TerminalApi;
}

/** Given once, at the root. */
export const TillContext = createContext<TillAccess | undefined>(undefined);

/** The till's actions and the terminal's calls. */
export function useTill(): TillAccess {
  const access = useContext(TillContext);
  if (access === undefined) throw new Error('no till around this component');
  return access;
}

/** The present snapshot; the component is drawn anew after each change. */
export function useSnapshot(): TillSnapshot {
  const { till } = useTill();
  return useSyncExternalStore(till.subscribe, till.snapshot);
}

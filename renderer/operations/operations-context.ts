import { createContext, useContext } from 'react';
import type { Session } from './cloud-client.ts';
import { type OperationsFormat, operationsFormat } from './format.ts';

/** What every part of the page needs. */
export interface OperationsAccess {
  readonly session: Session;
  readonly format: OperationsFormat;
  /** Called when an answer says that one has to log in again. */
  readonly onLoggedOut: () => void;
}

/** Provided by `Operations` to whoever is logged in. */
export const OperationsContext = createContext<OperationsAccess | undefined>(undefined);

/** Throws outside of `OperationsContext`. */
export function useOperations(): OperationsAccess {
  const access = useContext(OperationsContext);
  if (access === undefined) throw new Error('nobody is logged in');
  return access;
}

/** The format of who looks at this page. */
export const browserFormat = operationsFormat(navigator.language);

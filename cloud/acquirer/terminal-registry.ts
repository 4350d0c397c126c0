import type { SecretKey } from '#kernel/keys/secret-key.ts';

/** A terminal that is enrolled here. */
export interface EnrolledTerminal {
  /** DE 41, and the name in its certificate. */
  readonly terminalId: string;
  /** DE 42. */
  readonly merchantId: string;
  /** 16 bytes. */
  readonly macKey: SecretKey;
}

/** The enrolled terminals by their id. */
export type TerminalRegistry = ReadonlyMap<string, EnrolledTerminal>;

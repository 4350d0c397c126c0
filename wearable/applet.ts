import type { Command, StatusWord } from './apdu.ts';

/** What an applet answers. */
export interface AppletResponse {
  readonly status: StatusWord;
  readonly data?: Uint8Array;
}

/**
 * An application on the wearable. It sees the commands sent while it is selected, and what its
 * constructor was given: nothing of other applets or domains.
 */
export interface Applet {
  /** Its name, 5 to 16 bytes. */
  readonly aid: Uint8Array;
  /** Whether the beginning of its name selects it too. EMV 4.4 Book 1, 11.3.5. */
  readonly hasPartialName?: boolean;
  /** Begins a session; the answer to SELECT, its data the file control information. */
  select(): AppletResponse;
  /** Serves one command other than SELECT. Must not throw. */
  process(command: Command): AppletResponse;
}

/** How the wearable's directory presents an applet to payment readers. EMV Book B, table 3-2. */
export interface DirectoryEntry {
  readonly aid: Uint8Array;
  readonly label: string;
  /** 1 is the user's first choice. */
  readonly priority: number;
  /** The contactless kernel that serves the applet. */
  readonly kernelId: number;
}

/** What one issuer put on the wearable. Domains share nothing but the reader's field. */
export interface SecurityDomain {
  readonly issuerName: string;
  readonly applets: readonly Applet[];
}

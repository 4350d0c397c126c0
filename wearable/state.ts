import * as z from 'zod';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { Cell } from './memory.ts';

/** What an application remembers between transactions. */
const state = z.strictObject({
  /** By an issuer's script, or by the card itself. */
  applicationBlocked: z.boolean(),
  /** The digits; nothing where the application has no PIN. */
  pin: z.string().regex(/^(\d{4,12})?$/),
  pinTriesLeft: z.int().min(0).max(15),
  /** The ATC of the last transaction that the issuer answered. */
  lastOnlineAtc: z.int().min(0).max(0xffff),
  /** What was approved offline since. */
  offlineTotalMinor: z.int().min(0),
  issuerAuthenticationFailed: z.boolean(),
  scriptFailed: z.boolean(),
  scriptsDone: z.int().min(0).max(15),
  /** The request that the issuer has not answered yet. */
  pending: z.strictObject({ atc: z.int().min(1).max(0xffff), cryptogram: z.string() }).nullable(),
  /** Data objects that an issuer changed, by tag, in hex. */
  data: z.record(z.string(), z.string()),
  /** The last transactions, newest first, in hex. */
  log: z.array(z.string()).max(10),
});

/** What an application remembers between transactions. */
export type ApplicationState = Readonly<z.infer<typeof state>>;

/** The state of an application as it leaves personalisation. */
export const INITIAL_STATE: ApplicationState = {
  applicationBlocked: false,
  pin: '',
  pinTriesLeft: 0,
  lastOnlineAtc: 0,
  offlineTotalMinor: 0,
  issuerAuthenticationFailed: false,
  scriptFailed: false,
  scriptsDone: 0,
  pending: null,
  data: {},
  log: [],
};

/** An application's state, kept across a loss of power. */
export class StateStore {
  readonly #cell: Cell;
  readonly #initial: ApplicationState;

  constructor(cell: Cell, initial: ApplicationState) {
    this.#cell = cell;
    this.#initial = initial;
  }

  /** The state as it was kept last. Fails for a memory that cannot be read, or holds another. */
  read(): Result<ApplicationState, 'memory-failure'> {
    const text = this.#cell.read();
    if (!text.ok) return text;
    if (text.value === undefined) return ok(this.#initial);
    try {
      return ok(state.parse(JSON.parse(text.value)));
    } catch {
      return fail('memory-failure');
    }
  }

  /** Keeps what changes, before it returns, and gives the new state. */
  update(change: Partial<ApplicationState>): Result<ApplicationState, 'memory-failure'> {
    const last = this.read();
    if (!last.ok) return last;
    const next = { ...last.value, ...change };
    const written = this.#cell.write(JSON.stringify(next));
    return written.ok ? ok(next) : written;
  }
}

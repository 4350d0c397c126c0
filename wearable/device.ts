import { equalBytes } from '#kernel/bytes/bytes.ts';
import { buildResponse, type Command, parseCommand, STATUS } from './apdu.ts';
import type { Applet, AppletResponse, SecurityDomain } from './applet.ts';

const SELECT = 0xa4;
/** Plain, and with the secure messaging of issuers' scripts; no logical channels. */
const CLASSES: readonly number[] = [0x00, 0x04, 0x80, 0x84];

/**
 * A wearable's secure element: it routes each command to the applet selected last. Between domains
 * nothing passes, because an applet is only ever handed its own commands.
 */
export class Device {
  readonly #applets: readonly Applet[];
  #selected: Applet | undefined;

  /** Throws when two applets have the same name: then the second would never be reached. */
  constructor(domains: readonly SecurityDomain[]) {
    const applets = domains.flatMap((domain) => domain.applets);
    for (const [i, { aid }] of applets.entries()) {
      if (applets.findIndex((other) => equalBytes(other.aid, aid)) !== i) {
        throw new Error('two applets have the same name');
      }
    }
    this.#applets = applets;
  }

  /** Answers one command APDU. Any bytes get an answer, at least a status word. */
  transmit(bytes: Uint8Array): Uint8Array {
    const command = parseCommand(bytes);
    if (!command.ok) return buildResponse(command.error);
    const { status, data } = this.#answer(command.value);
    return buildResponse(status, data);
  }

  /** Loss of power: no applet is selected any more. */
  reset(): void {
    this.#selected = undefined;
  }

  #answer(command: Command): AppletResponse {
    if (!CLASSES.includes(command.cla)) return { status: STATUS.unknownClass };
    if (command.cla === 0x00 && command.ins === SELECT) return this.#select(command);
    if (!this.#selected) return { status: STATUS.conditionsNotSatisfied };
    return this.#selected.process(command);
  }

  /** EMV 4.4 Book 1, 11.3. A refused SELECT leaves the selection as it was (ISO 7816-4, 7.1.1). */
  #select({ p1, p2, data, expectedBytes }: Command): AppletResponse {
    if (p1 !== 0x04) return { status: STATUS.wrongParameters };
    const wantsNext = p2 === 0x02;
    if (wantsNext && !this.#applets.some(({ hasPartialName }) => hasPartialName)) {
      return { status: STATUS.functionNotSupported };
    }
    if (p2 !== 0x00 && !wantsNext) return { status: STATUS.wrongParameters };
    if (data.length < 5 || data.length > 16) return { status: STATUS.wrongLength };
    if (expectedBytes !== 256) return { status: STATUS.wrongLength };
    const last = wantsNext && this.#selected ? this.#applets.indexOf(this.#selected) : -1;
    const applet = this.#applets.slice(last + 1).find((candidate) => answersTo(candidate, data));
    if (!applet) return { status: STATUS.notFound };
    this.#selected = applet;
    return applet.select();
  }
}

function answersTo({ aid, hasPartialName }: Applet, name: Uint8Array): boolean {
  return equalBytes(hasPartialName ? aid.subarray(0, name.length) : aid, name);
}

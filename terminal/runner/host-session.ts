import type { Message } from '#kernel/iso8583/message.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { decodeAdditionalData } from '#kernel/transaction/additional-data.ts';
import {
  buildNetworkManagement,
  type NETWORK_CODES,
} from '#kernel/transaction/follow-up-messages.ts';
import { isApproval, NOT_SIGNED_ON } from '#kernel/transaction/response-codes.ts';
import { exchangeWithHost, traceNow } from './host-exchange.ts';
import type { AnswerWatch, RunnerPorts, RunnerSettings } from './settings.ts';

/** Whether the host takes this terminal. */
export type SessionState = 'signing-on' | 'signed-on' | 'refused';

/** What a session is kept with. */
export interface SessionParts {
  readonly ports: Pick<RunnerPorts, 'host' | 'journal' | 'clock'>;
  readonly settings: RunnerSettings;
  /** Keeps a new MAC key (DE 62) for good; `undefined` where it cannot be used or kept. */
  readonly keepKey: (keyBlock: string) => SecretKey | undefined;
  /** Is called after each change. */
  readonly announce: () => void;
}

type Act = keyof typeof NETWORK_CODES;

/**
 * The terminal's side of network management: signs on when the line is there, asks for an echo when
 * nothing else was answered for a while, changes the MAC key when the host wants that, and signs
 * off at an orderly end. A host that refuses the sign-on is asked again every so often.
 */
export class HostSession implements AnswerWatch {
  readonly #parts: SessionParts;
  readonly #stopWatchingHost: () => void;
  readonly #ended: Promise<void>;
  #state: SessionState = 'signing-on';
  #isAnswering = true;
  #isClosed = false;
  #answeredAt = performance.now();
  #wake: () => void = () => undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#stopWatchingHost = parts.ports.host.onStateChange(() => this.#wake());
    this.#ended = this.#keep();
  }

  state(): SessionState {
    return this.#state;
  }

  /** Whether the host answered when it was last asked for a sign of life. */
  isAnswering(): boolean {
    return this.#isAnswering;
  }

  /** Is told of every answer of the host. */
  answered({ fields }: Message): void {
    this.#answeredAt = performance.now();
    this.#change(this.#state, true);
    if (fields[39] === NOT_SIGNED_ON && this.#state === 'signed-on') {
      this.#change('signing-on', true);
      this.#wake();
    }
  }

  /** Signs off, if it was signed on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopWatchingHost();
    this.#wake();
    await this.#ended;
    if (this.#state === 'signed-on' && this.#parts.ports.host.state() === 'up') {
      await this.#ask('signOff', SIGN_OFF_TIMEOUT_MS);
    }
  }

  async #keep(): Promise<void> {
    for (let failures = 0; !this.#isClosed; ) {
      const { repeatDelaysMs, echoEveryMs } = this.#parts.settings;
      if (this.#parts.ports.host.state() === 'down') {
        await this.#pause(echoEveryMs);
      } else if (this.#state === 'signed-on') {
        failures = 0;
        await this.#pause(echoEveryMs);
        await this.#echo();
      } else if (!(await this.#signOn())) {
        await this.#pause(repeatDelaysMs[Math.min(failures++, repeatDelaysMs.length - 1)] ?? 0);
      }
    }
  }

  /** True when the host took it. */
  async #signOn(): Promise<boolean> {
    const answer = await this.#ask('signOn');
    const code = answer?.fields[39];
    if (typeof code !== 'string' || !answer) return false;
    const isTaken = isApproval(code);
    this.#change(isTaken ? 'signed-on' : 'refused', true);
    if (isTaken) await this.#changeKeyIfAsked(answer);
    return isTaken;
  }

  /** Asks for a sign of life where there was none for a while. */
  async #echo(): Promise<void> {
    const quietMs = performance.now() - this.#answeredAt;
    const isUp = this.#parts.ports.host.state() === 'up';
    const isDue = quietMs >= this.#parts.settings.echoEveryMs;
    if (this.#isClosed || !isUp || !isDue || this.#state !== 'signed-on') return;
    const answer = await this.#ask('echo');
    this.#change(this.#state, answer !== undefined);
    if (answer) await this.#changeKeyIfAsked(answer);
  }

  /** The new key is kept before it is used, and the host takes its first use as the change. */
  async #changeKeyIfAsked({ fields }: Message): Promise<void> {
    if (!decodeAdditionalData(fields[48]).wantsKeyChange) return;
    const answer = await this.#ask('keyChange');
    const { 39: code, 62: keyBlock } = answer?.fields ?? {};
    if (code !== '00' || typeof keyBlock !== 'string') return;
    const key = this.#parts.keepKey(keyBlock);
    if (!key) return;
    this.#parts.settings.macKeys.change(key);
    await this.#ask('echo');
  }

  async #ask(act: Act, timeoutMs?: number): Promise<Message | undefined> {
    const { ports, settings } = this.#parts;
    const stan = await ports.journal.nextStan();
    if (!stan.ok) return undefined;
    const trace = traceNow(stan.value, ports.clock);
    const message = buildNetworkManagement(act, settings.identity, trace);
    const hostTimeoutMs = timeoutMs ?? settings.hostTimeoutMs;
    const answer = await exchangeWithHost(ports, { ...settings, hostTimeoutMs }, message);
    if (!answer.ok) return undefined;
    this.#answeredAt = performance.now();
    return answer.value;
  }

  #change(state: SessionState, isAnswering: boolean): void {
    if (state === this.#state && isAnswering === this.#isAnswering) return;
    this.#state = state;
    this.#isAnswering = isAnswering;
    this.#parts.announce();
  }

  #pause(ms: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake(), ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = () => undefined;
        resolve();
      };
    });
  }
}

/** Nobody waits longer for the terminal to end. */
const SIGN_OFF_TIMEOUT_MS = 1_000;

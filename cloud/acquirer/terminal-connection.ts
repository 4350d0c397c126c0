import type { TLSSocket } from 'node:tls';
import { lengthPrefixed } from '#kernel/iso8583/framing.ts';
import { errorCode } from '../store/database.ts';
import type { Acquirer } from './acquirer.ts';
import { answerMessage } from './answer-message.ts';
import { type EnrolledTerminal, TERMINAL_FRESH_MS } from './terminal-registry.ts';
import type { Turns } from './turns.ts';

/** How much of a server anybody may take up. */
export interface ServerLimits {
  /** From a connection's first packet to the end of its handshake. */
  readonly handshakeMs: number;
  /** Handshakes under way; above it the oldest gives way. */
  readonly handshakes: number;
  /** Connections of all terminals. */
  readonly connections: number;
  /** Those of one terminal; above it its oldest gives way. */
  readonly connectionsOfTerminal: number;
  /** From the first byte of a message to its last. */
  readonly frameMs: number;
}

/** What connections of a server share. */
interface Serving {
  readonly acquirer: Acquirer;
  readonly turns: Turns;
  readonly limits: ServerLimits;
  readonly log: (line: string) => void;
}

/** Who is at the other end, and how to ask again whether it still is. */
interface Peer {
  readonly terminal: EnrolledTerminal;
  readonly find: () => Promise<EnrolledTerminal | null>;
  /** Called when a message of it came. */
  readonly heard: () => void;
}

const MAX_MESSAGE_BYTES = 4096;
const KEEP_ALIVE_MS = 15_000;
/** Above this a connection is not read until answers went out. */
const MAX_UNDER_WAY = 32;
const STOP_GRACE_MS = 5_000;
const framing = lengthPrefixed(MAX_MESSAGE_BYTES);

/** One connection: frames in, answers out as they are ready. */
export class TerminalConnection {
  readonly terminalId: string;
  readonly #socket: TLSSocket;
  readonly #peer: Peer;
  readonly #serving: Serving;
  readonly #decoder = framing.decoder();
  readonly #underWay = new Set<Promise<void>>();
  #terminal: EnrolledTerminal;
  #terminalCheckedAt = performance.now();
  #isEnding = false;
  /** Runs while a message is not whole. */
  #frameTimer: NodeJS.Timeout | undefined;

  constructor(socket: TLSSocket, peer: Peer, serving: Serving) {
    this.terminalId = peer.terminal.terminalId;
    this.#socket = socket;
    this.#peer = peer;
    this.#terminal = peer.terminal;
    this.#serving = serving;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('drain', () => this.#readIfThereIsRoom());
    socket.on('close', () => clearTimeout(this.#frameTimer));
  }

  /** Reads no more, waits for the answers under way, and closes. */
  async end(): Promise<void> {
    this.#isEnding = true;
    this.#socket.pause();
    const timer = setTimeout(() => this.#socket.destroy(), STOP_GRACE_MS);
    await Promise.all(this.#underWay);
    await new Promise<void>((resolve) => this.#socket.end(resolve));
    clearTimeout(timer);
    this.#socket.destroy();
  }

  /** Ends it at once and says why. */
  cut(why: string): void {
    this.#serving.log(`cut the connection of ${this.terminalId}: ${why}`);
    this.#socket.destroy();
  }

  #read(chunk: Uint8Array): void {
    const messages = this.#decoder.push(chunk);
    if (!messages.ok) {
      this.cut(messages.error.kind);
      return;
    }
    // A message has a time to come in; single bytes that keep trickling do not prolong it.
    if (messages.value.length > 0 || this.#decoder.pendingBytes === 0) this.#stopFrameTimer();
    for (const message of messages.value) this.#take(message);
    this.#readIfThereIsRoom();
  }

  #take(message: Uint8Array): void {
    const turn = this.#serving.turns.take(this.terminalId, () => this.#answer(message));
    const work = turn.finally(() => {
      this.#underWay.delete(work);
      this.#readIfThereIsRoom();
    });
    this.#underWay.add(work);
  }

  /** Who does not read its answers, or asks faster than it is answered, is not read either. */
  #readIfThereIsRoom(): void {
    const isFull = this.#underWay.size >= MAX_UNDER_WAY || this.#socket.writableNeedDrain;
    if (isFull || this.#isEnding) {
      this.#socket.pause();
      this.#stopFrameTimer();
      return;
    }
    this.#socket.resume();
    if (this.#decoder.pendingBytes === 0 || this.#socket.destroyed) return;
    const { frameMs } = this.#serving.limits;
    this.#frameTimer ??= setTimeout(() => this.cut('frame-timeout'), frameMs);
  }

  #stopFrameTimer(): void {
    clearTimeout(this.#frameTimer);
    this.#frameTimer = undefined;
  }

  async #answer(bytes: Uint8Array): Promise<void> {
    const { acquirer, log } = this.#serving;
    try {
      if (!(await this.#isStillEnrolled())) return;
      this.#peer.heard();
      let answer = await answerMessage(acquirer, this.#terminal, bytes);
      if (!answer.ok && answer.error.kind === 'mac-mismatch') {
        // Another connection, or another host, may have changed the key.
        this.#terminalCheckedAt = -TERMINAL_FRESH_MS;
        if (!(await this.#isStillEnrolled())) return;
        answer = await answerMessage(acquirer, this.#terminal, bytes);
      }
      // What network management changed is read before the next message.
      if (isNetworkManagement(bytes)) this.#terminalCheckedAt = -TERMINAL_FRESH_MS;
      if (!answer.ok) {
        const { kind, path } = answer.error;
        log(`dropped a message of ${this.terminalId}: ${kind}${path && ` at ${path}`}`);
      } else if (answer.value && this.#socket.writable) {
        this.#socket.write(framing.encode(answer.value));
      }
    } catch (cause) {
      // Whether it was committed is unknown, so nothing is said and the terminal will reverse.
      log(`could not answer ${this.terminalId}: database-failure ${errorCode(cause)}`);
    }
  }

  /** A terminal that was revoked gets no answer more, and one with a new MAC key answers by it. */
  async #isStillEnrolled(): Promise<boolean> {
    // While a new key is on its way, the one before may end with any message.
    const isFresh = performance.now() - this.#terminalCheckedAt < TERMINAL_FRESH_MS;
    if (isFresh && !this.#terminal.nextMacKey) return true;
    const terminal = await this.#peer.find();
    if (!terminal) {
      this.cut('terminal-revoked');
      return false;
    }
    this.#terminal = terminal;
    this.#terminalCheckedAt = performance.now();
    return true;
  }
}

/** By its type in BCD. */
function isNetworkManagement(bytes: Uint8Array): boolean {
  return bytes[0] === 0x08;
}

import { once } from 'node:events';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { lengthPrefixed } from '#kernel/iso8583/framing.ts';
import { errorCode } from '../store/database.ts';
import type { Acquirer } from './acquirer.ts';
import { answerMessage } from './answer-message.ts';
import { Presence } from './presence.ts';
import type { EnrolledTerminal, TerminalRegistry } from './terminal-registry.ts';
import { Turns } from './turns.ts';

/** The host's proof of who it is, and whose terminals it believes. */
export interface ServerCredentials {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly caCertificatePem: string;
}

/** What a server is made of. */
export interface ServerSettings {
  readonly acquirer: Acquirer;
  readonly terminals: TerminalRegistry;
  readonly credentials: ServerCredentials;
  readonly host: string;
  /** 0 is any. */
  readonly port: number;
  /** One line for people; it never holds message content. */
  readonly log: (line: string) => void;
}

/** A server that listens. */
export interface AcquirerServer {
  readonly port: number;
  /** Terminals can connect. */
  isListening(): boolean;
  /** Who is connected, and when each was heard. */
  readonly presence: Presence;
  /** Takes no new message, lets those under way be answered, and ends all connections. */
  stop(): Promise<void>;
}

const MAX_MESSAGE_BYTES = 4096;
const HANDSHAKE_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 15_000;
const MAX_CONNECTIONS = 1_000;
/** Above this a connection is not read until answers went out. */
const MAX_UNDER_WAY = 32;
const STOP_GRACE_MS = 5_000;
/** How long a revocation may go unnoticed by a connection that is open. */
const RECHECK_MS = 1_000;
const framing = lengthPrefixed(MAX_MESSAGE_BYTES);

/**
 * Listens for terminals with mutual TLS. A connection belongs to the terminal that its certificate
 * names. Rejects with the system's error when the port cannot be had.
 */
export async function startServer(settings: ServerSettings): Promise<AcquirerServer> {
  const { credentials, log } = settings;
  const connections = new Set<TerminalConnection>();
  const turns = new Turns();
  const presence = new Presence();
  const server = createServer({
    cert: credentials.certificatePem,
    key: credentials.privateKeyPem,
    ca: credentials.caCertificatePem,
    minVersion: 'TLSv1.2',
    requestCert: true,
    rejectUnauthorized: true,
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('tlsClientError', (error) => log(`refused a connection: ${errorCode(error)}`));
  server.on('secureConnection', async (socket) => {
    socket.on('error', () => undefined);
    const find = () => findTerminal(settings.terminals, socket);
    const terminal = await find().catch((cause) => {
      log(`refused a connection: database-failure ${errorCode(cause)}`);
    });
    if (!terminal || !server.listening || socket.destroyed) {
      if (terminal === null) log('refused a connection: terminal-not-enrolled');
      socket.destroy();
      return;
    }
    const { terminalId } = terminal;
    const heard = () => presence.heard(terminalId, settings.acquirer.now());
    const peer = { terminal, find, heard };
    const connection = new TerminalConnection(socket, peer, settings, turns);
    connections.add(connection);
    const gone = presence.connected(terminalId);
    socket.on('close', () => {
      connections.delete(connection);
      gone();
    });
  });
  server.listen(settings.port, settings.host);
  await once(server, 'listening');
  return {
    port: portOf(server),
    isListening: () => server.listening,
    presence,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      await Promise.all([...connections].map((connection) => connection.end()));
      await closed;
    },
  };
}

/** Whose certificate the other end showed; null when it is nobody's who is enrolled now. */
async function findTerminal(
  terminals: TerminalRegistry,
  socket: TLSSocket,
): Promise<EnrolledTerminal | null> {
  const { subject, fingerprint256 } = socket.getPeerCertificate();
  const digest = fingerprint256?.replaceAll(':', '') ?? '';
  return (await terminals.find(String(subject?.CN), digest)) ?? null;
}

/** Who is at the other end, and how to ask again whether it still is. */
interface Peer {
  readonly terminal: EnrolledTerminal;
  readonly find: () => Promise<EnrolledTerminal | null>;
  /** Called when a message of it came. */
  readonly heard: () => void;
}

/** One connection: frames in, answers out as they are ready. */
class TerminalConnection {
  readonly #socket: TLSSocket;
  readonly #peer: Peer;
  #terminal: EnrolledTerminal;
  #terminalCheckedAt = performance.now();
  readonly #settings: ServerSettings;
  readonly #turns: Turns;
  readonly #underWay = new Set<Promise<void>>();

  constructor(socket: TLSSocket, peer: Peer, settings: ServerSettings, turns: Turns) {
    this.#turns = turns;
    this.#socket = socket;
    this.#peer = peer;
    this.#terminal = peer.terminal;
    this.#settings = settings;
    const decoder = framing.decoder();
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (chunk) => {
      const messages = decoder.push(chunk);
      if (!messages.ok) {
        this.#log(`cut the connection of ${this.#terminal.terminalId}: ${messages.error.kind}`);
        socket.destroy();
        return;
      }
      for (const message of messages.value) this.#take(message);
    });
  }

  /** Reads no more, waits for the answers under way, and closes. */
  async end(): Promise<void> {
    this.#socket.pause();
    const timer = setTimeout(() => this.#socket.destroy(), STOP_GRACE_MS);
    await Promise.all(this.#underWay);
    await new Promise<void>((resolve) => this.#socket.end(resolve));
    clearTimeout(timer);
    this.#socket.destroy();
  }

  #take(message: Uint8Array): void {
    const turn = this.#turns.take(this.#terminal.terminalId, () => this.#answer(message));
    const work = turn.finally(() => {
      this.#underWay.delete(work);
      if (this.#underWay.size < MAX_UNDER_WAY) this.#socket.resume();
    });
    this.#underWay.add(work);
    if (this.#underWay.size >= MAX_UNDER_WAY) this.#socket.pause();
  }

  async #answer(bytes: Uint8Array): Promise<void> {
    const { acquirer } = this.#settings;
    const { terminalId } = this.#terminal;
    try {
      if (!(await this.#isStillEnrolled())) return;
      this.#peer.heard();
      let answer = await answerMessage(acquirer, this.#terminal, bytes);
      if (!answer.ok && answer.error.kind === 'mac-mismatch') {
        // Another connection, or another host, may have changed the key.
        this.#terminalCheckedAt = -RECHECK_MS;
        if (!(await this.#isStillEnrolled())) return;
        answer = await answerMessage(acquirer, this.#terminal, bytes);
      }
      // What network management changed is read before the next message.
      if (isNetworkManagement(bytes)) this.#terminalCheckedAt = -RECHECK_MS;
      if (!answer.ok) {
        const { kind, path } = answer.error;
        this.#log(`dropped a message of ${terminalId}: ${kind}${path && ` at ${path}`}`);
      } else if (answer.value && this.#socket.writable) {
        this.#socket.write(framing.encode(answer.value));
      }
    } catch (cause) {
      // Whether it was committed is unknown, so nothing is said and the terminal will reverse.
      this.#log(`could not answer ${terminalId}: database-failure ${errorCode(cause)}`);
    }
  }

  /** A terminal that was revoked gets no answer more, and one with a new MAC key answers by it. */
  async #isStillEnrolled(): Promise<boolean> {
    // While a new key is on its way, the one before may end with any message.
    const isFresh = performance.now() - this.#terminalCheckedAt < RECHECK_MS;
    if (isFresh && !this.#terminal.nextMacKey) return true;
    const terminal = await this.#peer.find();
    if (!terminal) {
      this.#log(`cut the connection of ${this.#terminal.terminalId}: terminal-revoked`);
      this.#socket.destroy();
      return false;
    }
    this.#terminal = terminal;
    this.#terminalCheckedAt = performance.now();
    return true;
  }

  #log(line: string): void {
    this.#settings.log(line);
  }
}

/** By its type in BCD. */
function isNetworkManagement(bytes: Uint8Array): boolean {
  return bytes[0] === 0x08;
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}

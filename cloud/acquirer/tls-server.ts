import { constants } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { errorCode } from '../store/database.ts';
import type { Acquirer } from './acquirer.ts';
import { Presence } from './presence.ts';
import { type ServerLimits, TerminalConnection } from './terminal-connection.ts';
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
  /** Those that are other than the default ones. */
  readonly limits?: Partial<ServerLimits>;
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

const LIMITS: ServerLimits = {
  handshakeMs: 10_000,
  handshakes: 200,
  connections: 1_000,
  connectionsOfTerminal: 16,
  frameMs: 10_000,
};

/**
 * All of TLS 1.3's, and of TLS 1.2's those with forward secrecy and authenticated encryption; the
 * host's own certificate is ECDSA, another's may be RSA. Source: RFC 9325, 4.2.
 */
const CIPHERS = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-RSA-CHACHA20-POLY1305',
  'ECDHE-RSA-AES128-GCM-SHA256',
].join(':');

/**
 * Listens for terminals with mutual TLS. A connection belongs to the terminal that its certificate
 * names. Rejects with the system's error when the port cannot be had.
 */
export async function startServer(settings: ServerSettings): Promise<AcquirerServer> {
  const { credentials, log } = settings;
  const limits = { ...LIMITS, ...settings.limits };
  const connections = new Set<TerminalConnection>();
  const turns = new Turns();
  const presence = new Presence();
  const server = createServer({
    cert: credentials.certificatePem,
    key: credentials.privateKeyPem,
    ca: credentials.caCertificatePem,
    minVersion: 'TLSv1.2',
    ciphers: CIPHERS,
    honorCipherOrder: true,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.maxConnections = limits.connections + limits.handshakes;
  limitHandshakes(server, limits, log);
  server.on('tlsClientError', (error, socket) => {
    log(`refused a connection: ${errorCode(error)}`);
    socket.destroy();
  });
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
    const why = makeRoom(connections, terminal.terminalId, limits);
    if (why) {
      log(`refused a connection: ${why}`);
      socket.destroy();
      return;
    }
    const serving = { acquirer: settings.acquirer, log, turns, limits };
    const heard = () => presence.heard(terminal.terminalId, settings.acquirer.now());
    const connection = new TerminalConnection(socket, { terminal, find, heard }, serving);
    connections.add(connection);
    const gone = presence.connected(terminal.terminalId);
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

/**
 * Ends handshakes that take too long, whether their bytes trickle or none come: Node's own timeout
 * starts again with every byte, and closes nothing. Above so many under way the oldest gives way:
 * whoever opens connections and says nothing keeps none of these places from a terminal, whose
 * handshake takes a moment.
 */
function limitHandshakes(server: Server, limits: ServerLimits, log: (line: string) => void): void {
  const underWay = new Map<string, { readonly socket: Socket; readonly timer: NodeJS.Timeout }>();
  const done = (name: string) => {
    clearTimeout(underWay.get(name)?.timer);
    underWay.delete(name);
  };
  server.on('connection', (socket: Socket) => {
    const name = nameOf(socket);
    const timer = setTimeout(() => {
      log('refused a connection: handshake-timeout');
      socket.destroy();
    }, limits.handshakeMs);
    underWay.set(name, { socket, timer });
    socket.once('close', () => done(name));
    const [oldest] = underWay.values();
    if (underWay.size > limits.handshakes) oldest?.socket.destroy();
  });
  server.on('secureConnection', (socket) => done(nameOf(socket)));
}

/** The same before and after the handshake, whose socket is another object. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Why there is no place for one more connection of this terminal; its own oldest gives way. */
function makeRoom(
  connections: ReadonlySet<TerminalConnection>,
  terminalId: string,
  limits: ServerLimits,
): 'too-many-connections' | undefined {
  const ofTerminal = [...connections].filter((each) => each.terminalId === terminalId);
  if (ofTerminal.length >= limits.connectionsOfTerminal) ofTerminal[0]?.cut('superseded');
  else if (connections.size >= limits.connections) return 'too-many-connections';
  return undefined;
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

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return address.port;
}

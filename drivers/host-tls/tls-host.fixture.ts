import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { Framing } from '#kernel/ports/host-link.ts';
import type { HostScript } from '../simulated/host-link.ts';
import type { Authority } from './certificates.fixture.ts';

/** The name in the certificate of the host of these tests. */
export const HOST_NAME = 'host.tessera.test';

/** A real TLS host that demands a certificate and follows a script. */
export class ScriptedTlsHost {
  readonly port: number;
  readonly sockets = new Set<TLSSocket>();
  /** Connections accepted since the start. */
  accepted = 0;
  readonly #server: ReturnType<typeof createServer>;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('secureConnection', (socket) => {
      // A handshake may end after the host went down.
      if (!server.listening) return void socket.destroy();
      this.accepted += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => {});
    });
  }

  /** Sends bytes as they are on every connection. */
  sendRaw(bytes: Uint8Array): void {
    for (const socket of this.sockets) socket.write(bytes);
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Stops listening and cuts every connection; `up` undoes it. */
  async down(): Promise<void> {
    this.stopListening();
    this.cut();
    await this.#ended;
  }

  /** Takes no new connection. */
  stopListening(): void {
    if (!this.#server.listening) return;
    this.#ended = once(this.#server, 'close');
    this.#server.close();
  }

  async up(): Promise<void> {
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }
}

/** Starts a host whose clients must have a certificate of `clientAuthority`. */
export async function startTlsHost(
  authority: Authority,
  framing: Framing,
  script: HostScript,
  clientAuthority = authority,
): Promise<ScriptedTlsHost> {
  const identity = await authority.issue(HOST_NAME);
  const server = createServer({
    cert: identity.certificatePem,
    key: identity.privateKeyPem,
    ca: clientAuthority.caCertificatePem,
    requestCert: true,
    rejectUnauthorized: true,
  });
  server.on('tlsClientError', () => {});
  server.on('secureConnection', (socket) => follow(socket, framing, script));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new ScriptedTlsHost(server);
}

function follow(socket: TLSSocket, framing: Framing, script: HostScript): void {
  const decoder = framing.decoder();
  socket.on('data', (chunk) => {
    const messages = decoder.push(chunk);
    if (!messages.ok) {
      socket.destroy();
      return;
    }
    for (const act of messages.value.flatMap((message) => script(message))) {
      setTimeout(() => {
        if (act.type === 'drop') socket.destroy();
        else if (socket.writable) socket.write(framing.encode(act.message));
      }, act.afterMs ?? 0);
    }
  });
}

import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';

/** Where the host is and how it must prove itself. */
export interface DialTarget {
  readonly host: string;
  readonly port: number;
  /** The name its certificate must carry, whatever its address. */
  readonly serverName: string;
  /** Our certificate and key, and the only authority that is believed. */
  readonly credentials: SecureContext;
  /** For the TCP and the TLS handshake together. */
  readonly connectTimeoutMs: number;
}

const KEEP_ALIVE_MS = 15_000;

/**
 * Opens one TLS connection. The error is the name of the reason, for example `ECONNREFUSED` or
 * `DEPTH_ZERO_SELF_SIGNED_CERT`. Ends with `ABORTED` once the signal is aborted.
 */
export function dial(target: DialTarget, signal: AbortSignal): Promise<Result<TLSSocket, string>> {
  if (signal.aborted) return Promise.resolve(fail('ABORTED'));
  const socket = connect({
    host: target.host,
    port: target.port,
    servername: target.serverName,
    secureContext: target.credentials,
    rejectUnauthorized: true,
  });
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return new Promise((resolve) => {
    const settle = (outcome: Result<TLSSocket, string>): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      socket.removeAllListeners('secureConnect').removeAllListeners('close');
      if (!outcome.ok) socket.destroy();
      resolve(outcome);
    };
    const abort = (): void => settle(fail('ABORTED'));
    const timer = setTimeout(() => settle(fail('CONNECT_TIMEOUT')), target.connectTimeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    // Stays for good: an error without a listener would end the process. `close` follows it.
    socket.on('error', (error) => settle(fail(reasonOf(error))));
    socket.once('close', () => settle(fail('CLOSED')));
    socket.once('secureConnect', () => settle(ok(socket)));
  });
}

function reasonOf(error: Error): string {
  const code: unknown = Reflect.get(error, 'code');
  return typeof code === 'string' ? code : error.name;
}

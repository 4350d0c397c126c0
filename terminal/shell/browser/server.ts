import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { TerminalApi } from '#bridge/terminal-api.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import { Access } from './access.ts';
import { answerCall, isCallName } from './calls.ts';
import { sendResult, sendSentence, setCommonHeaders } from './respond.ts';
import { streamState } from './state-stream.ts';
import { loadStaticFiles, type StaticFiles, sendStaticFile } from './static-files.ts';

/** What the browser shell serves, and where. */
export interface BrowserShellOptions {
  readonly api: TerminalApi;
  /** The built renderer. */
  readonly rendererDir: string;
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** Kept across starts, it lets an open page go on after a restart; else a new one is made. */
  readonly token?: string;
  /** How long a request may take to arrive. */
  readonly requestTimeoutMs?: number;
}

/** A running browser shell. */
export interface BrowserShell {
  /** The address to open, with the token. Not for logs. */
  readonly url: string;
  readonly port: number;
  /** Ends every connection and the server. */
  close(): Promise<void>;
}

/** 256 random bits, as text that fits into an address. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * Serves the till to browsers on this machine: the built renderer, `POST /api/<call>` and
 * `GET /api/state`. Failures, effect `none`: `renderer-missing`, `port-in-use`, `port-unavailable`.
 */
export async function startBrowserShell(
  options: BrowserShellOptions,
): Promise<Result<BrowserShell, PortFailure>> {
  const files = await loadStaticFiles(options.rendererDir);
  if (!files) return failure('renderer-missing', 'the renderer has not been built');
  const requestTimeout = options.requestTimeoutMs ?? 10_000;
  const server = createServer({
    requestTimeout,
    headersTimeout: requestTimeout,
    connectionsCheckingInterval: Math.min(1000, requestTimeout),
  });
  const port = await listen(server, options.port);
  if (!port.ok) return port;
  const access = new Access(options.token ?? newToken(), port.value);
  server.on('request', (request, response) => {
    try {
      route({ api: options.api, files, access }, request, response);
    } catch {
      response.destroy();
    }
  });
  return ok({ url: access.url, port: port.value, close: () => close(server) });
}

interface Site {
  readonly api: TerminalApi;
  readonly files: StaticFiles;
  readonly access: Access;
}

function route(site: Site, request: IncomingMessage, response: ServerResponse): void {
  const { access, files } = site;
  const url = request.url?.startsWith('/') ? URL.parse(`http://till${request.url}`) : null;
  setCommonHeaders(response);
  if (!access.isOurHost(request)) {
    sendSentence(response, 421, 'This is not that server.');
  } else if (!url) {
    sendSentence(response, 400, 'This is not an address.');
  } else if (url.pathname === '/' && access.isToken(url.searchParams.get('token') ?? '')) {
    response.writeHead(303, { Location: '/', 'Set-Cookie': access.cookie });
    response.end();
  } else if (url.pathname.startsWith('/api/')) {
    routeApi(site, url.pathname.slice('/api/'.length), request, response);
  } else if (!access.hasSession(request)) {
    const sentence = 'This till opens only with the address that was given when it was started.';
    sendSentence(response, 401, sentence);
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendSentence(response, 405, 'Pages can only be read.');
  } else if (!sendStaticFile(files, url.pathname, response)) {
    sendSentence(response, 404, 'There is no such page.');
  }
}

function routeApi(
  { api, access }: Site,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (!access.hasSession(request)) {
    sendResult(response, 401, { ok: false, error: { kind: 'unreachable' } });
  } else if (name === 'state' && request.method === 'GET') {
    streamState(api, response);
  } else if (!isCallName(name)) {
    sendResult(response, 404, { ok: false, error: { kind: 'not-found' } });
  } else if (request.method !== 'POST') {
    sendResult(response, 405, { ok: false, error: { kind: 'not-now' } });
  } else if (!access.isOurOrigin(request)) {
    sendResult(response, 403, { ok: false, error: { kind: 'not-now' } });
  } else {
    void answerCall(api, name, request, response);
  }
}

function listen(server: Server, port: number): Promise<Result<number, PortFailure>> {
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const inUse = error.code === 'EADDRINUSE';
      const kind = inUse ? 'port-in-use' : 'port-unavailable';
      const reason = inUse ? 'another program has it' : `the system says ${error.code}`;
      resolve(failure(kind, `port ${port} of this machine cannot be used: ${reason}`));
    });
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(ok(typeof address === 'object' && address ? address.port : port));
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function failure(kind: string, detail: string): { ok: false; error: PortFailure } {
  return fail({ kind, retryable: kind === 'port-in-use', effect: 'none', detail });
}

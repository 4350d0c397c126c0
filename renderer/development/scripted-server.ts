import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import {
  type CallInput,
  type CallName,
  type TerminalState,
  terminalCalls,
  terminalState,
} from '#bridge/terminal-api.ts';
import { ScriptedTerminal } from './scripted-terminal.ts';

/** The double behind the terminal's HTTP protocol. */
export interface ScriptedServer {
  readonly url: string;
  readonly terminal: ScriptedTerminal;
  /** Drops every connection, as a terminal does that is killed. */
  readonly goAway: () => Promise<void>;
  /** Listens again on the same port. */
  readonly comeBack: () => Promise<void>;
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Serves the built renderer in `directory`, and the double, on 127.0.0.1; port 0: a free one. */
export async function serveScriptedTerminal(
  directory: string,
  port: number,
): Promise<ScriptedServer> {
  const terminal = new ScriptedTerminal();
  const sessions = new Set<string>();
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (!path.startsWith('/api/')) return sendFile(directory, path, response, sessions);
    const session = /tessera=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    if (!sessions.has(session)) return sendJson(response, 401, {});
    if (path === '/api/state') return streamState(terminal, request, response);
    return answerCall(terminal, path.slice('/api/'.length), request, response);
  }

  await listen(server, port);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${bound}/`,
    terminal,
    async goAway() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
    comeBack: () => listen(server, bound),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

async function sendFile(
  directory: string,
  path: string,
  response: ServerResponse,
  sessions: Set<string>,
): Promise<void> {
  const name = path === '/' ? 'index.html' : normalize(path);
  const content = await readFile(join(directory, name)).catch(() => undefined);
  if (content === undefined) return sendJson(response, 404, {});
  response.setHeader('content-type', contentTypes[extname(name)] ?? 'application/octet-stream');
  if (name === 'index.html') sendPage(content.toString('utf8'), response, sessions);
  else response.end(content);
}

/** The page comes with a session and under the policy that the terminal serves it with. */
function sendPage(page: string, response: ServerResponse, sessions: Set<string>): void {
  const session = randomUUID();
  sessions.add(session);
  const nonce = randomUUID();
  response.setHeader('set-cookie', `tessera=${session}; HttpOnly; SameSite=Strict; Path=/`);
  response.setHeader(
    'content-security-policy',
    `default-src 'self'; style-src 'self' 'nonce-${nonce}'; object-src 'none'`,
  );
  response.end(page.replace('<head>', `<head><meta property="csp-nonce" nonce="${nonce}">`));
}

function streamState(
  terminal: ScriptedTerminal,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const push = (state: TerminalState) => {
    response.write(`data: ${JSON.stringify(terminalState.encode(state))}\n\n`);
  };
  push(terminal.state);
  const stop = terminal.onChange(push);
  request.on('close', stop);
}

async function answerCall(
  terminal: ScriptedTerminal,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!isCallName(name)) return sendJson(response, 404, {});
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  sendJson(response, 200, answer(terminal, name, body));
}

function answer<N extends CallName>(terminal: ScriptedTerminal, name: N, body: unknown): object {
  const refusal = terminal.refuseNext.get(name);
  if (refusal !== undefined) {
    terminal.refuseNext.delete(name);
    return { ok: false, error: refusal };
  }
  const input = terminalCalls[name].input.safeParse(body);
  if (!input.success) return { ok: false, error: { kind: 'malformed' } };
  const result = terminal.calls[name](input.data as CallInput<N>);
  if (!result.ok) return result;
  return { ok: true, value: terminalCalls[name].output.encode(result.value as never) };
}

function isCallName(name: string): name is CallName {
  return Object.hasOwn(terminalCalls, name);
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}

if (import.meta.main) {
  const directory = join(import.meta.dirname, '../../dist/renderer');
  const server = await serveScriptedTerminal(directory, Number(process.argv[2] ?? 4173));
  process.stdout.write(`The scripted terminal (a double) is at ${server.url}\n`);
}

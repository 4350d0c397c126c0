import type { ServerResponse } from 'node:http';
import { type TerminalApi, type TerminalState, terminalState } from '#bridge/terminal-api.ts';

const HEARTBEAT_MS = 15_000;

/**
 * Streams the terminal's state as server-sent events: now, after each change, and a comment every
 * 15 s so that a dead line is noticed. A reader that is behind gets the newest state only.
 */
export function streamState(api: TerminalApi, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8' });
  let behind: TerminalState | undefined;
  const send = (state: TerminalState): void => {
    behind = response.writableNeedDrain ? state : undefined;
    if (behind) return;
    try {
      response.write(`data: ${JSON.stringify(terminalState.encode(state))}\n\n`);
    } catch {
      // A state that its own schema refuses is shown to nobody; the terminal goes on.
      response.destroy();
    }
  };
  response.on('drain', () => behind && send(behind));
  const unsubscribe = api.subscribe(send);
  const heartbeat = setInterval(() => response.write(':\n\n'), HEARTBEAT_MS);
  response.on('close', () => {
    clearInterval(heartbeat);
    unsubscribe();
  });
}

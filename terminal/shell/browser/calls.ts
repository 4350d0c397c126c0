import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import {
  type CallError,
  type CallInput,
  type CallName,
  type CallResult,
  callError,
  type TerminalApi,
  terminalCalls,
} from '#bridge/terminal-api.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { sendResult } from './respond.ts';

const MAX_BODY_BYTES = 1_000_000;

/** Whether the bridge has a call of this name. */
export function isCallName(name: string): name is CallName {
  return Object.hasOwn(terminalCalls, name);
}

/**
 * Performs one call of the bridge: the body is its input as JSON. Answers 400 for a body that the
 * bridge's schema refuses, 413 for one over 1 MB, 415 for another content type, and 500 without any
 * detail when the terminal throws or returns what the schema refuses; else 200, also for an error
 * of the terminal.
 */
export async function answerCall(
  api: TerminalApi,
  name: CallName,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) {
    return refuse(response, 415, { kind: 'malformed', path: '' });
  }
  const body = await readBody(request);
  if (!body.ok) {
    // The rest of the body is not waited for.
    response.setHeader('Connection', 'close');
    return refuse(response, 413, { kind: 'malformed', path: '' });
  }
  const input = parseInput(name, body.value);
  if (!input.ok) return refuse(response, 400, { kind: 'malformed', path: input.error });
  try {
    const result = await perform(api, name, input.value);
    sendResult(response, 200, result);
  } catch {
    refuse(response, 500, { kind: 'unreachable' });
  }
}

function refuse(response: ServerResponse, status: number, error: CallError): void {
  sendResult(response, status, { ok: false, error });
}

/** The error is where in the input the schema refused it. */
function parseInput<N extends CallName>(name: N, body: Uint8Array): Result<CallInput<N>, string> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return fail('');
  }
  const parsed = terminalCalls[name].input.safeParse(json);
  if (parsed.success) return ok(parsed.data as CallInput<N>);
  return fail(parsed.error.issues[0]?.path.join('.') ?? '');
}

async function perform<N extends CallName>(
  api: TerminalApi,
  name: N,
  input: CallInput<N>,
): Promise<CallResult<unknown>> {
  const result = await api[name](input as never);
  if (!result.ok) return { ok: false, error: callError.parse(result.error) };
  const output: z.ZodType = terminalCalls[name].output;
  return { ok: true, value: z.encode(output, result.value) };
}

function readBody(request: IncomingMessage): Promise<Result<Uint8Array, 'too-long' | 'cut-short'>> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let lengthBytes = 0;
    request.on('data', (chunk: Uint8Array) => {
      lengthBytes += chunk.length;
      if (lengthBytes <= MAX_BODY_BYTES) return void chunks.push(chunk);
      request.pause();
      resolve(fail('too-long'));
    });
    request.on('end', () => resolve(ok(Buffer.concat(chunks))));
    request.on('close', () => resolve(fail('cut-short')));
  });
}

import {
  type CallError,
  type CallInput,
  type CallName,
  type CallOutput,
  type CallResult,
  callError,
  type TerminalApi,
  type TerminalState,
  terminalCalls,
  terminalState,
} from '#bridge/terminal-api.ts';

/** Whether the terminal's program can be heard. */
export type Link = 'connecting' | 'up' | 'down';

/** The terminal over HTTP, and how the line to it is. */
export interface BridgeClient {
  readonly api: TerminalApi;
  readonly link: () => Link;
  /** Calls `listener` after each change of the line; the returned function ends that. */
  readonly onLinkChange: (listener: () => void) => () => void;
}

const callTimeoutMs = 10_000;
const reconnectAfterMs = 1_000;

/**
 * Connects to the terminal that served this page (`POST /api/<call>`, `GET /api/state` as events).
 * Every value is checked against the bridge's schemas in both directions. A call that gets no
 * answer, or one that is not of the bridge, gives `unreachable`; the line reconnects by itself.
 */
export function connectTerminal(): BridgeClient {
  const stateListeners = new Set<(state: TerminalState) => void>();
  const linkListeners = new Set<() => void>();
  let link: Link = 'connecting';
  let state: TerminalState | undefined;

  const setLink = (next: Link) => {
    if (next === link) return;
    link = next;
    for (const listener of linkListeners) listener();
  };
  listenToState(
    (next) => {
      state = next;
      setLink('up');
      for (const listener of stateListeners) listener(next);
    },
    () => setLink('down'),
  );

  const call =
    <N extends CallName>(name: N) =>
    (input: CallInput<N>) =>
      callTerminal(name, input);
  return {
    api: {
      searchCatalogue: call('searchCatalogue'),
      findItemByBarcode: call('findItemByBarcode'),
      startPayment: call('startPayment'),
      cancelPayment: call('cancelPayment'),
      dismissPayment: call('dismissPayment'),
      paymentOfSale: call('paymentOfSale'),
      receipt: call('receipt'),
      recentReceipts: call('recentReceipts'),
      presentDemoWearable: call('presentDemoWearable'),
      subscribe(listener) {
        stateListeners.add(listener);
        if (state !== undefined) listener(state);
        return () => stateListeners.delete(listener);
      },
    },
    link: () => link,
    onLinkChange(listener) {
      linkListeners.add(listener);
      return () => linkListeners.delete(listener);
    },
  };
}

async function callTerminal<N extends CallName>(
  name: N,
  input: CallInput<N>,
): Promise<CallResult<CallOutput<N>>> {
  const schemas = terminalCalls[name];
  const encoded = schemas.input.safeEncode(input as never);
  if (!encoded.success) {
    return refused({ kind: 'malformed', path: encoded.error.issues[0]?.path.join('.') ?? '' });
  }
  let answer: unknown;
  try {
    const response = await fetch(`/api/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      credentials: 'same-origin',
      body: JSON.stringify(encoded.data),
      signal: AbortSignal.timeout(callTimeoutMs),
    });
    answer = await response.json();
  } catch {
    return refused({ kind: 'unreachable' });
  }
  return decodeAnswer(name, answer);
}

function decodeAnswer<N extends CallName>(name: N, answer: unknown): CallResult<CallOutput<N>> {
  if (typeof answer === 'object' && answer !== null && 'ok' in answer) {
    if (answer.ok === true && 'value' in answer) {
      const value = terminalCalls[name].output.safeParse(answer.value);
      if (value.success) return { ok: true, value: value.data as CallOutput<N> };
    }
    if (answer.ok === false && 'error' in answer) {
      const error = callError.safeParse(answer.error);
      if (error.success) return refused(error.data);
    }
  }
  return refused({ kind: 'unreachable' });
}

function refused(error: CallError): { readonly ok: false; readonly error: CallError } {
  return { ok: false, error };
}

/** Follows the event stream as long as the page lives, and opens it anew whenever it breaks. */
function listenToState(onState: (state: TerminalState) => void, onLost: () => void): void {
  const open = () => {
    const source = new EventSource('/api/state');
    source.onmessage = (event) => {
      const state = parseState(event.data);
      if (state === undefined) onLost();
      else onState(state);
    };
    source.onerror = () => {
      // The browser gives up for good on an HTTP error, so every attempt is a new stream.
      source.close();
      onLost();
      setTimeout(open, reconnectAfterMs);
    };
  };
  open();
}

function parseState(data: unknown): TerminalState | undefined {
  try {
    const parsed = terminalState.safeParse(JSON.parse(String(data)));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

import { connect, type Socket } from 'node:net';
import { concatBytes } from '#kernel/bytes/bytes.ts';

/**
 * What can be held to the virtual reader: a `Wearable`, a `ReplayCard`, a faulty card of a test.
 */
export interface VirtualCard {
  /** Answers a command APDU; `lost`: the card leaves the field in place of an answer. */
  transmit(command: Uint8Array): Uint8Array | 'lost';
  /** How long its answer to the last command takes; at once when absent. */
  delayMs?(): number;
  reset(): void;
  readonly atr: Uint8Array;
}

/** Where the virtual reader is, and how the card is held to it. */
export interface HoldOptions {
  readonly host?: string;
  readonly port?: number;
  /** The card leaves once it has answered so many command APDUs. Absent: it stays. */
  readonly leaveAfterApdus?: number;
  /** Told when the card comes into the field of a reader, and when it has left it. */
  readonly onChange?: (state: 'held' | 'not-held') => void;
}

/** A card that is held to the virtual reader. */
export interface Hold {
  /** Resolves once the card has left for good. */
  readonly left: Promise<void>;
  /** Takes the card away. */
  leave(): Promise<void>;
}

const DEFAULT_PORT = 35_963;
const RETRY_MS = 200;
const CONTROL = { off: 0x00, on: 0x01, reset: 0x02, atr: 0x04 } as const;

/**
 * Holds a card to the virtual reader of vsmartcard (`vpcd`): a TCP connection is a card in the
 * field. Frames have a length of two bytes; one byte alone is a control. When the reader is not
 * there, or goes away, it is tried again until the card is taken away.
 * Source: https://frankmorgner.github.io/vsmartcard/virtualsmartcard/api.html
 */
export function holdToVirtualReader(card: VirtualCard, options: HoldOptions = {}): Hold {
  const { host = '127.0.0.1', port = DEFAULT_PORT, onChange = () => {} } = options;
  let answersLeft = options.leaveAfterApdus ?? Number.POSITIVE_INFINITY;
  let socket: Socket | undefined;
  let retry: NodeJS.Timeout | undefined;
  let leaving = false;
  const { promise: left, resolve: tellLeft } = Promise.withResolvers<void>();

  const approach = (): void => {
    const link = connect({ host, port, noDelay: true });
    socket = link;
    let held = false;
    const frames = new FrameReader();
    link.on('connect', () => {
      held = true;
      onChange('held');
    });
    link.on('data', (chunk) => {
      for (const frame of frames.push(chunk)) serve(link, frame);
    });
    // The reason adds nothing: whatever it is, the way on is `close`.
    link.on('error', () => {});
    link.on('close', () => {
      card.reset();
      if (held) onChange('not-held');
      if (leaving) tellLeft();
      else retry = setTimeout(approach, RETRY_MS);
    });
  };

  const serve = (link: Socket, frame: Uint8Array): void => {
    if (leaving) return;
    if (frame.length === 1) {
      if (frame[0] === CONTROL.atr) link.write(encodeFrame(card.atr));
      else if (frame[0] !== undefined && frame[0] <= CONTROL.reset) card.reset();
      return;
    }
    const response = card.transmit(frame);
    answersLeft -= 1;
    leaving = response === 'lost' || answersLeft <= 0;
    const isLast = leaving;
    const answer = (): void => {
      // One write: a frame in two would wait for the reader's delayed acknowledgement.
      if (response !== 'lost') link.write(encodeFrame(response));
      if (isLast) link.end();
    };
    const delayMs = card.delayMs?.() ?? 0;
    if (delayMs > 0) setTimeout(answer, delayMs);
    else answer();
  };

  approach();
  return {
    left,
    leave: async () => {
      leaving = true;
      clearTimeout(retry);
      if (socket?.closed) tellLeft();
      else socket?.destroy();
      await left;
    },
  };
}

function encodeFrame(payload: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(payload.length >> 8, payload.length & 0xff), payload);
}

/** Cuts the stream into frames. A length has two bytes, so at most 65,537 bytes are ever kept. */
class FrameReader {
  #pending: Uint8Array = new Uint8Array(0);

  push(chunk: Uint8Array): readonly Uint8Array[] {
    const frames: Uint8Array[] = [];
    let rest = concatBytes(this.#pending, chunk);
    for (;;) {
      const [high, low] = rest;
      if (high === undefined || low === undefined) break;
      const end = 2 + high * 256 + low;
      if (rest.length < end) break;
      frames.push(rest.slice(2, end));
      rest = rest.subarray(end);
    }
    this.#pending = rest;
    return frames;
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeliverPolicy,
  type JetStreamClient,
  type JsMsg,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { errorCode } from '../store/database.ts';
import { MARGIN_MS } from './shared-counters.ts';

/** What is between a node and NATS. */
export interface NatsLink {
  /** Whether it is worth sending now. */
  isOpen(): boolean;
  /** Resolves when the event is kept; rejects when that is not known. */
  send(event: { readonly eventId: string; readonly text: string }): Promise<void>;
  close(): Promise<void>;
}

/** What a link is made of. */
export interface NatsSettings {
  /** `nats://[user:password@]host:port`, or `tls://` for an encrypted connection. */
  readonly url: string;
  /** From when on events are wanted; those of this node are among them. */
  readonly since: Date;
  readonly receive: (text: string) => void;
  readonly log: (line: string) => void;
}

const STREAM = 'TESSERA_DECISIONS';
const SUBJECT = 'tessera.decisions';
const NS_PER_MS = 1_000_000;
const KEPT_MS = 24 * 3_600_000;
const RETRY_MS = 1_000;
const PING_MS = 5_000;
const CONNECT_MS = 5_000;
/** After a break some is asked for again; what was taken in once is known. */
const OVERLAP_MS = 5_000;

/**
 * Opens a link, also while NATS cannot be reached: payments do not wait for it, what is to be sent
 * stays in the outbox, and the link connects when it can.
 */
export function openNatsLink(settings: NatsSettings): NatsLink {
  const closing = new AbortController();
  let connection: NatsConnection | undefined;
  let stream: JetStreamClient | undefined;
  let { since } = settings;
  const receive = (message: JsMsg) => {
    since = new Date(Math.max(since.getTime(), message.time.getTime() - OVERLAP_MS));
    settings.receive(message.string());
  };
  let said = '';
  /** What is as it was is not said again. */
  const say = (line: string) => {
    if (line !== said && !closing.signal.aborted) settings.log(line);
    said = line;
  };
  const connecting = (async () => {
    while (!closing.signal.aborted) {
      try {
        connection = await connect(serverOf(settings.url));
        await openStream(connection);
        stream = jetstream(connection);
        say('NATS: connected');
        await listen(connection, stream, { since, receive });
        say('NATS: the connection ended');
      } catch (cause) {
        say(`NATS: ${reasonOf(cause)}, tried again until it answers`);
      }
      stream = undefined;
      await connection?.close().catch(() => undefined);
      await sleep(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  return {
    isOpen: () => stream !== undefined,
    async send({ eventId, text }) {
      if (!stream) throw new Error('NATS is not connected');
      try {
        await stream.publish(SUBJECT, text, { msgID: eventId });
      } catch (cause) {
        // Whatever it is, what is left is sent over a new connection.
        await connection?.close();
        throw cause;
      }
    },
    async close() {
      closing.abort();
      await connection?.close().catch(() => undefined);
      await connecting;
    },
  };
}

/** The system's code, or the kind of NATS's error: its text may hold what it was given. */
function reasonOf(cause: unknown): string {
  const code = errorCode(cause);
  return code === 'unknown' && cause instanceof Error ? cause.name : code;
}

function serverOf(url: string) {
  const { host, username, password, protocol } = new URL(url);
  return {
    servers: host,
    ...(protocol === 'tls:' && { tls: {} }),
    name: 'tessera-cloud',
    // A NATS that does not answer is taken for gone, and what it was sent stays in the outbox.
    pingInterval: PING_MS,
    timeout: CONNECT_MS,
    maxPingOut: 2,
    // It is opened anew, with a consumer that goes on where the one before was.
    reconnect: false,
    ...(username && { user: decodeURIComponent(username), pass: decodeURIComponent(password) }),
  };
}

/** One stream for all nodes; what is sent twice within the margin is kept once. */
async function openStream(connection: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({
    name: STREAM,
    subjects: [SUBJECT],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    max_age: KEPT_MS * NS_PER_MS,
    duplicate_window: MARGIN_MS * NS_PER_MS,
  });
}

/** Takes in what is told, in its order and without a gap, until the connection ends. */
async function listen(
  connection: NatsConnection,
  stream: JetStreamClient,
  { since, receive }: { readonly since: Date; readonly receive: (message: JsMsg) => void },
): Promise<void> {
  const consumer = await stream.consumers.get(STREAM, {
    deliver_policy: DeliverPolicy.StartTime,
    opt_start_time: since.toISOString(),
  });
  const messages = await consumer.consume();
  void connection.closed().then(() => messages.stop());
  for await (const message of messages) receive(message);
}

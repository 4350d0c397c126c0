import type { VelocityCounters } from '../scoring/velocity.ts';
import { errorCode, type Queries } from '../store/database.ts';
import { openNatsLink } from './nats-link.ts';
import { parseNodeEvent } from './node-event.ts';
import { type Outbox, publishOutbox } from './outbox.ts';
import { SharedCounters } from './shared-counters.ts';

/** A node among others. */
export interface Membership {
  readonly outbox: Outbox;
  /** Tells what is still to be told, if it can, and leaves. */
  leave(): Promise<void>;
}

/** What a node is made of. */
export interface NodeSettings {
  readonly db: Queries;
  readonly nodeId: string;
  readonly natsUrl: string;
  readonly counters: VelocityCounters;
  /** What the counters know already. */
  readonly known: { readonly rebuiltAt: Date; readonly stored: readonly string[] };
  readonly log: (line: string) => void;
}

const POLL_MS = 500;

/** Makes a node one of several on the same database: what each decides all count. */
export function joinNodes(settings: NodeSettings): Membership {
  const { db, nodeId, log } = settings;
  const shared = new SharedCounters(settings.counters, nodeId, settings.known);
  const link = openNatsLink({
    url: settings.natsUrl,
    since: shared.since,
    log,
    receive(text) {
      const event = parseNodeEvent(text);
      if (event) shared.take(event, new Date());
      else log('NATS: an event that this version does not know was left out');
    },
  });
  let last = Promise.resolve();
  let isDue = false;
  const publish = async () => {
    isDue = false;
    while (link.isOpen() && (await publishOutbox(db, nodeId, link.send, new Date())) > 0);
  };
  const wake = () => {
    if (isDue) return;
    isDue = true;
    last = last.then(publish).catch((cause) => {
      // It stays in the outbox; the link says what is wrong with NATS.
      if (errorCode(cause) !== 'unknown') log(`outbox: database-failure ${errorCode(cause)}`);
    });
  };
  const timer = setInterval(wake, POLL_MS);
  return {
    outbox: { nodeId, wake },
    async leave() {
      clearInterval(timer);
      wake();
      await last;
      await link.close();
    },
  };
}

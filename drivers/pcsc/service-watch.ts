import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Reader, ReaderStatusFlags } from 'pcsc-mini';
import type { PcscModule } from './pcsc-connection.ts';

/** Told what the PC/SC service says of its readers. */
export interface ServiceEvents {
  /** A reader's first state, and each change after it. */
  readonly changed: (pcsc: PcscModule, reader: Reader, status: ReaderStatusFlags) => void;
  /** A reader was unplugged. */
  readonly vanished: (name: string) => void;
  /** The service is gone, and all its readers with it. */
  readonly lost: () => void;
}

const RETRY_MS = 500;

/**
 * The service loses a request to stop that comes between two waits of a client, and the call then
 * blocks this program for good. Once nothing was heard for so long, the client waits.
 */
const QUIET_MS = 50;

/**
 * Clients whose service went away. When one is collected as garbage, its native part throws where
 * nobody can catch it and ends the process, so they are kept: one for each end of the service.
 */
const LOST: Client[] = [];

/**
 * Follows the PC/SC service of the machine for as long as it is watched. A service that is not
 * running, or restarts, and a `pcsc-mini` that is not installed are tried again and again.
 */
export class ServiceWatch {
  readonly #load: () => Promise<PcscModule>;
  readonly #events: ServiceEvents;
  #client: Client | undefined;
  #retry: NodeJS.Timeout | undefined;
  #stopped = false;
  #lastHeardMs = 0;

  constructor(load: () => Promise<PcscModule>, events: ServiceEvents) {
    this.#load = load;
    this.#events = events;
    void this.#start();
  }

  /** Tells no more, and lets go of the service. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    while (this.#client && performance.now() < this.#lastHeardMs + QUIET_MS) await sleep(QUIET_MS);
    this.#drop();
  }

  async #start(): Promise<void> {
    const pcsc = await this.#load().catch(() => undefined);
    if (this.#stopped) return;
    if (!pcsc || !this.#follow(pcsc)) this.#startLater();
  }

  /** False when the service cannot be reached. A client that lost it is of no more use. */
  #follow(pcsc: PcscModule): boolean {
    try {
      const client = new pcsc.Client();
      this.#client = client;
      client.on('reader', (reader) => this.#attend(pcsc, client, reader));
      client.on('error', () => {
        if (client !== this.#client) return;
        this.#drop();
        if (this.#stopped) return;
        this.#events.lost();
        this.#startLater();
      });
      this.#lastHeardMs = performance.now();
      client.start();
      return true;
    } catch {
      this.#client = undefined;
      return false;
    }
  }

  #attend(pcsc: PcscModule, client: Client, reader: Reader): void {
    reader.on('change', (status) => {
      this.#lastHeardMs = performance.now();
      if (this.#follows(client)) this.#events.changed(pcsc, reader, status);
    });
    reader.on('disconnect', () => {
      this.#lastHeardMs = performance.now();
      if (this.#follows(client)) this.#events.vanished(reader.name());
    });
  }

  #follows(client: Client): boolean {
    return client === this.#client && !this.#stopped;
  }

  #startLater(): void {
    this.#retry = setTimeout(() => void this.#start(), RETRY_MS);
    this.#retry.unref();
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    try {
      client?.stop();
    } catch {
      if (client) LOST.push(client);
    }
  }
}

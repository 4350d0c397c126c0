import { fail } from '#kernel/bytes/result.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import type { HostLink, HostRequest, HostState } from '#kernel/ports/host-link.ts';
import type { MacKeys } from '#terminal/runner/mac-keys.ts';

/** A line that shows what goes over it, and that can be cut. */
export class WatchedLine implements HostLink {
  readonly #line: HostLink;
  readonly #keys: MacKeys;
  readonly #show: (sent: Message, answer: Message | undefined) => void;
  readonly #listeners = new Set<(state: HostState) => void>();
  #isCut = false;

  constructor(
    line: HostLink,
    keys: MacKeys,
    show: (sent: Message, answer: Message | undefined) => void,
  ) {
    this.#line = line;
    this.#keys = keys;
    this.#show = show;
    line.onStateChange(() => this.#tell());
  }

  /** Cuts the line, or puts it together again. */
  cut(isCut: boolean): void {
    this.#isCut = isCut;
    this.#tell();
  }

  state(): HostState {
    return this.#isCut ? 'down' : this.#line.state();
  }

  onStateChange(listener: (state: HostState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async exchange(request: HostRequest): ReturnType<HostLink['exchange']> {
    if (this.#isCut) {
      const detail = 'The line is cut.';
      return fail({ kind: 'host-unreachable', retryable: true, effect: 'none', detail });
    }
    const answer = await this.#line.exchange(request);
    const sent = this.#keys.open(request.message);
    const received = answer.ok ? this.#keys.open(answer.value) : undefined;
    if (sent.ok) this.#show(sent.value, received?.ok ? received.value : undefined);
    return answer;
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener(this.state());
  }
}

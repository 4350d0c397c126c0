import type { CardConnection, CardReader } from '#kernel/ports/card-reader.ts';
import type { HostLink } from '#kernel/ports/host-link.ts';
import type { Life } from './machine.ts';

/** The line as a program has it: it may end before it sends, and after it was answered. */
export function survivingLine(line: HostLink, life: Life): HostLink {
  return {
    state: () => line.state(),
    onStateChange: (listener) => line.onStateChange(listener),
    async exchange(request) {
      await life.survive('terminal exchange, before');
      const outcome = await line.exchange(request);
      await life.survive('terminal exchange, after');
      return outcome;
    },
    close: () => line.close(),
  };
}

/** The reader as a program has it: it may end whenever it waits for a card. */
export function survivingReader(reader: CardReader, life: Life): CardReader {
  return {
    name: reader.name,
    state: () => reader.state(),
    onStateChange: (listener) => reader.onStateChange(listener),
    async connect(signal) {
      const connected = await reader.connect(signal);
      await life.survive('terminal card, found');
      if (!connected.ok) return connected;
      return { ok: true, value: survivingConnection(connected.value, life) };
    },
    close: () => reader.close(),
  };
}

function survivingConnection(card: CardConnection, life: Life): CardConnection {
  return {
    async transmit(command) {
      await life.survive('terminal card, before a command');
      const answer = await card.transmit(command);
      await life.survive('terminal card, after a command');
      return answer;
    },
    removed: () => card.removed(),
    close: () => card.close(),
  };
}

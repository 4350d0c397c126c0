import { describe, expect, it } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import type { CardConnection } from '#kernel/ports/card-reader.ts';
import { describeCardReaderContract } from './card-reader.contract.ts';
import { type Presentation, type SimulatedCard, SimulatedCardReader } from './card-reader.ts';

describeCardReaderContract('the simulated card reader', async () => {
  const reader = new SimulatedCardReader();
  return {
    reader,
    present: async (card) => void reader.present(card),
    remove: async () => reader.remove(),
  };
});

const READ = hex('00B2010C00');
const FINE: SimulatedCard = { transmit: () => hex('9000') };

describe('SimulatedCardReader', () => {
  it('tells whether a card counted', () => {
    const reader = new SimulatedCardReader();
    expect(reader.present(FINE)).toBe(false);
    void reader.connect(new AbortController().signal);
    expect(reader.present(FINE)).toBe(true);
    expect(reader.present(FINE)).toBe(false);
  });

  it.each([0, 1, 2])('removes the card after %i answers', async (removeAfterApdus) => {
    const connection = await connect(new SimulatedCardReader(), FINE, { removeAfterApdus });
    for (let done = 0; done < removeAfterApdus; done++) {
      expect(await connection.transmit(READ)).toMatchObject({ ok: true });
    }
    await connection.removed();
    expect(await connection.transmit(READ)).toMatchObject(CARD_REMOVED);
  });

  it('loses the answer of a card that says it was lost', async () => {
    const connection = await connect(new SimulatedCardReader(), { transmit: () => 'lost' });
    expect(await connection.transmit(READ)).toMatchObject(CARD_REMOVED);
    await connection.removed();
  });

  it('takes its time, and notices a removal meanwhile', async () => {
    const reader = new SimulatedCardReader({ latencyMs: 20 });
    const connection = await connect(reader, FINE);
    const startedMs = performance.now();
    expect(await connection.transmit(READ)).toMatchObject({ ok: true });
    expect(performance.now() - startedMs).toBeGreaterThan(15);
    const underWay = connection.transmit(READ);
    expect(await connection.transmit(READ)).toMatchObject({ error: { kind: 'card-error' } });
    reader.remove();
    expect(await underWay).toMatchObject(CARD_REMOVED);
  });

  it('is absent while unplugged, and says so', async () => {
    const reader = new SimulatedCardReader({ name: 'Left' });
    const states: string[] = [];
    const stop = reader.onStateChange((state) => states.push(state));
    const waiting = reader.connect(new AbortController().signal);
    reader.setState('absent');
    const error = { kind: 'reader-absent', effect: 'none' };
    expect(await waiting).toMatchObject({ ok: false, error });
    expect(await reader.connect(new AbortController().signal)).toMatchObject({ ok: false, error });
    reader.setState('ready');
    stop();
    reader.setState('absent');
    expect(states).toEqual(['absent', 'ready']);
    expect([reader.name, reader.state()]).toEqual(['Left', 'absent']);
  });

  it('refuses a second wait', async () => {
    const reader = new SimulatedCardReader();
    void reader.connect(new AbortController().signal);
    const second = await reader.connect(new AbortController().signal);
    expect(second).toMatchObject({ ok: false, error: { kind: 'reader-error' } });
  });
});

const CARD_REMOVED = { ok: false, error: { kind: 'card-removed', effect: 'unknown' } };

async function connect(
  reader: SimulatedCardReader,
  card: SimulatedCard,
  how?: Presentation,
): Promise<CardConnection> {
  const waiting = reader.connect(new AbortController().signal);
  reader.present(card, how);
  const connection = await waiting;
  if (!connection.ok) throw new Error(connection.error.detail);
  return connection.value;
}

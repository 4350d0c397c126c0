import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hex } from '#kernel/bytes/hex.ts';
import type { CardConnection, CardReader } from '#kernel/ports/card-reader.ts';
import type { SimulatedCard } from './card-reader.ts';

/** A reader under test, and the hand that holds cards to it. */
export interface ReaderUnderTest {
  readonly reader: CardReader;
  /** Brings a card into the field. */
  readonly present: (card: SimulatedCard) => Promise<void>;
  /** Takes it out again. */
  readonly remove: () => Promise<void>;
}

/** What every card reader must do; `open` gives one that is ready and has no card in its field. */
export function describeCardReaderContract(
  name: string,
  open: () => Promise<ReaderUnderTest>,
): void {
  describe(`${name} keeps the contract of a card reader`, () => {
    let reader: CardReader;
    let present: ReaderUnderTest['present'];
    let remove: ReaderUnderTest['remove'];
    beforeEach(async () => {
      ({ reader, present, remove } = await open());
    });
    afterEach(() => reader.close());

    async function connected(card: SimulatedCard): Promise<CardConnection> {
      const waiting = reader.connect(new AbortController().signal);
      await present(card);
      const connection = await waiting;
      if (!connection.ok) throw new Error(connection.error.detail);
      return connection.value;
    }

    it('carries commands and answers', async () => {
      const commands: Uint8Array[] = [];
      const answers = [hex('6A82'), hex('0102039000')];
      const connection = await connected({
        transmit: (command) => {
          commands.push(command);
          return answers[commands.length - 1] ?? 'lost';
        },
      });
      const sent = [hex('00A4040000'), hex('00B2011400')];
      for (const [i, command] of sent.entries()) {
        expect(await connection.transmit(command)).toEqual({ ok: true, value: answers[i] });
      }
      expect(commands).toEqual(sent);
      await connection.close();
    });

    it('stops waiting when it is called off, and can wait again', async () => {
      const error = { kind: 'cancelled', effect: 'none' };
      expect(await reader.connect(AbortSignal.abort())).toMatchObject({ ok: false, error });
      const calledOff = new AbortController();
      const waiting = reader.connect(calledOff.signal);
      calledOff.abort();
      expect(await waiting).toMatchObject({ ok: false, error });
      const connection = await connected({ transmit: () => hex('9000') });
      expect(await connection.transmit(hex('00B2010C00'))).toMatchObject({ ok: true });
    });

    it('counts only a card that comes while it waits', async () => {
      const early = { transmit: () => hex('6F00') };
      await present(early);
      const waiting = reader.connect(new AbortController().signal);
      await remove();
      await present({ transmit: () => hex('9000') });
      const connection = await waiting;
      if (!connection.ok) throw new Error(connection.error.detail);
      expect(await connection.value.transmit(hex('00B2010C00'))).toEqual({
        ok: true,
        value: hex('9000'),
      });
    });

    it('reports a removed card, effect unknown, and that it left', async () => {
      const connection = await connected({ transmit: () => hex('9000') });
      expect(await connection.transmit(hex('00B2010C00'))).toMatchObject({ ok: true });
      await remove();
      await connection.removed();
      expect(await connection.transmit(hex('00B2020C00'))).toMatchObject({
        ok: false,
        error: { effect: 'unknown', kind: expect.stringMatching(/^card-(removed|error)$/) },
      });
    });

    it('may be closed twice, and serves the next card', async () => {
      const first = await connected({ transmit: () => hex('9000') });
      await first.close();
      await first.close();
      await first.removed();
      await remove();
      const second = await connected({ transmit: () => hex('6985') });
      expect(await second.transmit(hex('00B2010C00'))).toEqual({ ok: true, value: hex('6985') });
    });

    it('settles a wait when it is closed', async () => {
      const waiting = reader.connect(new AbortController().signal);
      await reader.close();
      const error = { kind: 'cancelled', effect: 'none' };
      expect(await waiting).toMatchObject({ ok: false, error });
    });
  });
}

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { type Hold, type HoldOptions, holdToVirtualReader, type VirtualCard } from './vpcd.ts';

let server: Server;
let hold: Hold | undefined;
let resets: number;
let received: string[];
const states: string[] = [];

beforeEach(async () => {
  resets = 0;
  received = [];
  states.length = 0;
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  await hold?.leave();
  server.close();
});

function holdCard(
  how: HoldOptions = {},
  answer: VirtualCard['transmit'] = () => hex('9000'),
): Promise<Socket> {
  const accepted = once(server, 'connection').then(([socket]) => socket as Socket);
  const card: VirtualCard = {
    atr: hex('3B80800101'),
    reset: () => {
      resets += 1;
    },
    transmit: (command) => {
      received.push(encodeHex(command));
      return answer(command);
    },
  };
  const onChange = (state: string): void => void states.push(state);
  const { port } = server.address() as AddressInfo;
  hold = holdToVirtualReader(card, { port, onChange, ...how });
  return accepted;
}

/** The next bytes that the card sends. */
async function next(socket: Socket): Promise<string> {
  const [chunk] = await once(socket, 'data');
  return encodeHex(chunk);
}

describe('a card at the virtual reader', () => {
  test('answers the controls that want an answer, and commands', async () => {
    const reader = await holdCard();
    reader.write(hex('000100' + '000101' + '000102' + '000104'));
    expect(await next(reader)).toBe('00053B80800101');
    expect(resets).toBe(3);
    reader.write(hex('000500B2010C00'));
    expect(await next(reader)).toBe('00029000');
    expect(received).toEqual(['00B2010C00']);
  });

  test('takes frames however the stream is cut', async () => {
    const reader = await holdCard();
    reader.setNoDelay(true);
    for (const byte of hex('000500B2010C00' + '000104' + '000500B2020C00')) {
      reader.write(Uint8Array.of(byte));
      await sleep(1);
    }
    while (received.length < 2) await sleep(5);
    expect(received).toEqual(['00B2010C00', '00B2020C00']);
  });

  test('ignores controls it does not know', async () => {
    const reader = await holdCard();
    reader.write(hex('000103' + '000109' + '000500B2010C00'));
    expect(await next(reader)).toBe('00029000');
    expect([resets, received]).toEqual([0, ['00B2010C00']]);
  });

  test('sends a long answer with its length', async () => {
    const reader = await holdCard({}, () => new Uint8Array(258).fill(0x90));
    reader.write(hex('000500B2010C00'));
    expect(await next(reader)).toBe(`0102${'90'.repeat(258)}`);
  });

  test('comes back to a reader that went away', async () => {
    const reader = await holdCard();
    const again = once(server, 'connection');
    reader.destroy();
    const [second] = await again;
    second.write(hex('000104'));
    expect(await next(second)).toBe('00053B80800101');
    expect(states).toEqual(['held', 'not-held', 'held']);
  });

  test('waits for a reader that is not there yet', async () => {
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const card = { atr: hex(''), reset: () => {}, transmit: () => hex('9000') };
    hold = holdToVirtualReader(card, { port });
    await sleep(50);
    server.listen(port, '127.0.0.1');
    await once(server, 'connection');
  });
});

describe('a card leaves', () => {
  test.each([1, 2, 3])('after %i answers, the last of which arrives', async (leaveAfterApdus) => {
    const reader = await holdCard({ leaveAfterApdus });
    for (let i = 0; i < leaveAfterApdus; i++) {
      reader.write(hex('000500B2010C00'));
      expect(await next(reader)).toBe('00029000');
    }
    await Promise.all([once(reader, 'end'), hold?.left]);
    expect(received).toHaveLength(leaveAfterApdus);
    expect(states).toEqual(['held', 'not-held']);
  });

  test('in place of an answer', async () => {
    const reader = await holdCard({}, () => 'lost');
    reader.write(hex('000500B2010C00' + '000500B2010C00'));
    reader.resume();
    await Promise.all([once(reader, 'end'), hold?.left]);
    expect([received.length, reader.bytesRead]).toEqual([1, 0]);
  });

  test('when it is taken away, more than once, and does not come back', async () => {
    const reader = await holdCard();
    reader.resume();
    await Promise.all([hold?.leave(), hold?.leave(), once(reader, 'close')]);
    await hold?.left;
    let came = 0;
    server.on('connection', () => {
      came += 1;
    });
    await sleep(300);
    expect(came).toBe(0);
  });

  test('when it is taken away before there was a reader', async () => {
    const card = { atr: hex(''), reset: () => {}, transmit: () => hex('9000') };
    const nobody = holdToVirtualReader(card, { port: 1 });
    await sleep(50);
    await nobody.leave();
    await nobody.left;
  });
});

import { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { ok } from '#kernel/bytes/result.ts';
import { HostConnection } from './connection.ts';

it('hands nothing to a connection that the host has ended', async () => {
  const written: unknown[] = [];
  const socket = new Duplex({
    read() {},
    write(chunk, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  const ignore = (): void => {};
  const connection = new HostConnection(
    socket as TLSSocket,
    { push: () => ok([]), pendingBytes: 0 },
    { onUnclaimed: ignore, onSilence: ignore, onHeard: ignore, onClosed: ignore },
  );
  socket.end();
  const outcome = await connection.exchange(Uint8Array.of(1), () => true, 1000);
  expect(outcome).toMatchObject({ error: { kind: 'host-unreachable', effect: 'none' } });
  expect(written).toEqual([]);
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { loadCaPublicKeys } from '../certs/load-ca-public-keys.ts';
import { profileWith } from './issuers.fixture.ts';
import { EVERYDAY } from './profile.fixture.ts';

let folder: string;
let profiles: string;
let server: Server;
let port: string;
let child: ChildProcess | undefined;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tessera-wearable-'));
  profiles = path.join(folder, 'wearables.json');
  writeFileSync(profiles, JSON.stringify([EVERYDAY]));
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = String((server.address() as AddressInfo).port);
});
afterEach(() => child?.kill('SIGKILL'));
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** Runs the program; resolves to its exit code and all it said. */
function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const started = spawn('node', [path.join(import.meta.dirname, 'main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let [out, err] = ['', ''];
  started.stdout.on('data', (chunk) => {
    out += chunk;
  });
  started.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return once(started, 'close').then(([code]) => ({ code, out, err }));
}

async function reader(): Promise<Socket> {
  const [socket] = await once(server, 'connection');
  return socket;
}

describe('the program says what is wrong', () => {
  test.each([
    [2, '--profile and --id are needed', ['--id', 'everyday']],
    [2, '--port takes a number from 1 to 65535, not 0', ['--port', '0']],
    [2, '--leave-after takes a number from 1, not 0', ['--leave-after', '0']],
    [2, "Unknown option '--nfc'", ['--nfc']],
    [2, '--interface takes contactless', ['--interface', 'nfc']],
    [2, '--fault takes one of those below, not lost@0', ['--fault', 'lost@0']],
    [2, 'There is no command sell', ['sell']],
    [1, 'There is no wearable sometimes', ['--id', 'sometimes']],
    [1, 'cannot be read', ['--profile', '/nowhere.json']],
  ])('exit code %i: %s', async (code, sentence, args) => {
    const known = args[0] === '--id' && code === 2 ? [] : ['--profile', profiles];
    const result = await run(...known, '--id', 'everyday', ...args);
    expect(result).toMatchObject({ code, out: '', err: expect.stringContaining(sentence) });
  });

  test('--help', async () => {
    const result = await run('--help');
    expect(result).toMatchObject({ code: 0, err: '' });
    expect(result.out).toContain('--leave-after');
    expect(result.out).toContain('wrong-signature');
  });
});

describe('the program holds the wearable to the reader', () => {
  test('until it is interrupted', async () => {
    const ended = run('--profile', profiles, '--id', 'everyday', '--port', port);
    const socket = await reader();
    socket.write(hex('000104'));
    expect(encodeHex((await once(socket, 'data'))[0])).toBe('00053B80800101');
    child?.kill('SIGINT');
    const { code, err } = await ended;
    expect(code).toBe(0);
    expect(err).toContain('Everyday (TESSERA PAY) is held to the reader.');
    expect(err).toContain('has left the reader');
    expect(err).not.toContain(EVERYDAY.pan);
  });

  test('until it has answered so many commands; the counter is beside the profiles', async () => {
    const ended = run(
      ...['--profile', profiles, '--id', 'everyday', '--port', port, '--leave-after', '2'],
    );
    const socket = await reader();
    socket.write(hex('000D' + '00A4040007F054455353450100'));
    await once(socket, 'data');
    socket.write(hex(`002980A8000023832120004000${'00'.repeat(29)}00`));
    expect(encodeHex((await once(socket, 'data'))[0])).toContain('9F36020001');
    expect(await ended).toMatchObject({ code: 0 });
    const memory = path.join(folder, 'wearables.memory.json');
    expect(existsSync(memory)).toBe(true);
    expect(Object.values(JSON.parse(readFileSync(memory, 'utf8')))).toEqual([1]);
  });

  test('on contacts, failing as told', async () => {
    const file = path.join(folder, 'contact.json');
    writeFileSync(file, JSON.stringify([profileWith({ type: 'contact' })]));
    const side = ['--interface', 'contact-t1', '--fault', 'status:6A81@1', '--fault', 'lost@2'];
    const ended = run('--profile', file, '--id', 'tests', '--port', port, ...side);
    const socket = await reader();
    socket.write(hex('000104'));
    expect(encodeHex((await once(socket, 'data'))[0])).toBe('00093BE000FF8131FE4514');
    const select = '000D' + '00A4040007A000000999010100';
    socket.write(hex(select));
    expect(encodeHex((await once(socket, 'data'))[0])).toBe('00026A81');
    socket.write(hex(select));
    await once(socket, 'close');
    expect(await ended).toMatchObject({ code: 0 });
  });
});

test('ca-keys prints the same keys each time, and nothing of the private ones', async () => {
  const file = path.join(folder, 'keys.json');
  const profile = profileWith({ type: 'qvsdc' }, { type: 'kernel8', aid: 'A0000009990108' });
  writeFileSync(file, JSON.stringify([profile]));
  const memory = path.join(folder, 'keys.memory.json');
  const args = ['ca-keys', '--profile', file, '--memory', memory];
  const first = await run(...args);
  expect(first).toMatchObject({ code: 0, err: '' });
  const { keys, ecKeys } = JSON.parse(first.out);
  expect(keys).toEqual([
    {
      rid: 'A000000999',
      index: 'F1',
      environment: 'test',
      expiry: '2049-12-31',
      exponent: '03',
      modulus: expect.stringMatching(/^[0-9A-F]{496}$/),
      checksum: expect.stringMatching(/^[0-9A-F]{40}$/),
    },
  ]);
  expect(loadCaPublicKeys(keys, 'development', '2026-01-15')).toMatchObject({
    keys: [{ index: 0xf1 }],
    refused: [],
  });
  expect(ecKeys).toEqual([expect.objectContaining({ index: 'F8', curve: 'P-256' })]);
  expect((await run(...args)).out).toBe(first.out);
});

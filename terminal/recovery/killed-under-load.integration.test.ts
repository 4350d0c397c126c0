import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestCards } from '#cloud/acquirer/test-cards.fixture.ts';
import { needlesOfPan, searchFiles } from '#cloud/attacks/needles.fixture.ts';
import { verifyAudit } from '#cloud/audit/audit-log.ts';
import { verifyLedger } from '#cloud/ledger/ledger.ts';
import { enrolWithShop } from '#cloud/power-loss/enrol.fixture.ts';
import { openDatabase, type Queries } from '#cloud/store/database.ts';
import { readLedger, readTransactions } from '#cloud/store/records.ts';
import { openSecrets } from '#cloud/store/secrets.ts';
import { CloudProcess } from './cloud-process.fixture.ts';

const TERMINALS = 3;
const KILLS = 5;
const PRICE_MINOR = 1430n;
const cloud = new CloudProcess();
const home = mkdtempSync(path.join(tmpdir(), 'tessera-killed-'));
const running = new Set<ChildProcess>();
let db: Queries;

beforeAll(async () => {
  await cloud.start();
  db = openDatabase(cloud.databaseUrl);
});
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await db?.destroy();
  await cloud.remove();
  rmSync(home, { recursive: true, force: true });
});

interface Printed {
  readonly saleId: string;
  readonly end: string;
  readonly stan?: number;
}

/** A terminal's process that sells, until it is killed or has made its sales. */
class SellingProcess {
  readonly terminalId: string;
  readonly pan: string;
  readonly folder: string;

  constructor(terminalId: string, pan: string) {
    this.terminalId = terminalId;
    this.pan = pan;
    this.folder = path.join(home, terminalId);
    mkdirSync(path.join(this.folder, 'data'), { recursive: true });
  }

  /** Runs it once and kills it after so long, if it is to be; what it printed at its end. */
  async run(wearableId: string, sales: number, killAfterMs?: number): Promise<readonly Printed[]> {
    const program = path.join(import.meta.dirname, 'crashing-terminal.fixture.ts');
    const args = [
      program,
      this.folder,
      path.join(this.folder, 'data'),
      wearableId,
      '-',
      '-',
      `${sales}`,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    running.add(child);
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
    if (killAfterMs !== undefined) {
      await this.#sells(ended);
      await sleep(killAfterMs);
      child.kill('SIGKILL');
    }
    await ended;
    running.delete(child);
    return output
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .filter((line) => 'saleId' in line);
  }

  /** It has sold more than before: it is in the midst of its work. */
  async #sells(ended: Promise<void>): Promise<void> {
    let isOver = false;
    void ended.then(() => {
      isOver = true;
    });
    const count = async () => (await this.transactions()).length;
    for (const before = await count(); !isOver && (await count()) < before + 3; ) await sleep(20);
  }

  async transactions() {
    return (await readTransactions(db)).filter((row) => row.terminal_id === this.terminalId);
  }
}

/** Enrols terminals with a wearable each, whose account has enough for all of this. */
async function enrol(): Promise<readonly SellingProcess[]> {
  const dataDir = path.join(cloud.dataDir, 'cloud');
  const secrets = await openSecrets(dataDir);
  const demonstration = JSON.parse(
    readFileSync(path.join(cloud.enrolmentDir, 'wearables.json'), 'utf8'),
  );
  const { port } = JSON.parse(readFileSync(path.join(cloud.enrolmentDir, 'terminal.json'), 'utf8'));
  const cards = await openTestCards(db, secrets, TERMINALS);
  const terminals: SellingProcess[] = [];
  for (const [i, card] of cards.entries()) {
    const { pan, iccMasterKeyHex } = card.profile;
    const terminal = new SellingProcess(`${40_000_000 + i}`, pan);
    const file = await enrolWithShop({ dataDir, port, db }, terminal.terminalId, secrets);
    const wearable = { ...demonstration[0], wearableId: 'load', pan, iccMasterKeyHex };
    writeFileSync(path.join(terminal.folder, 'terminal.json'), JSON.stringify(file));
    writeFileSync(path.join(terminal.folder, 'wearables.json'), JSON.stringify([wearable]));
    terminals.push(terminal);
  }
  return terminals;
}

test('terminals are killed in the midst of sales, again and again, all at once', async () => {
  const terminals = await enrol();
  const journals = await Promise.all(
    terminals.map(async (terminal) => {
      for (let i = 0; i < KILLS; i++) {
        expect(await terminal.run('load', 1_000, Math.random() * 100)).toEqual([]);
      }
      return terminal.run('load', 2);
    }),
  );
  const ledger = await readLedger(db);
  const wrong: string[] = [];
  for (const [i, payments] of journals.entries()) {
    const terminal = terminals[i];
    if (!terminal) continue;
    const states = new Map(
      (await terminal.transactions()).map(({ stan, state }) => [Number(stan), state]),
    );
    const isSold = new Set<number>();
    for (const { end, stan = -1 } of payments) {
      const state = states.get(stan);
      if (end === 'approved') isSold.add(stan);
      if ((end === 'approved') !== (state === 'captured')) wrong.push(`${stan}: ${end}, ${state}`);
    }
    // What was captured is what the journal says was sold, each booked once.
    const captured = [...states].filter(([, state]) => state === 'captured');
    expect(new Set(captured.map(([stan]) => stan))).toEqual(isSold);
    const booked = ledger.filter(({ terminalId }) => terminalId === terminal.terminalId);
    const net = booked.reduce(
      (sum, { creditAccount, amountMinor }) =>
        sum + (creditAccount.startsWith('merchant:') ? amountMinor : -amountMinor),
      0n,
    );
    expect(net).toBe(PRICE_MINOR * BigInt(isSold.size));
    expect(new Set(booked.map(({ entryId }) => entryId)).size).toBe(booked.length);
    expect(isSold.size).toBeGreaterThan(KILLS);
    // The terminal keeps its journal, and its wearable its counter: no card number.
    const kept = await searchFiles(path.join(terminal.folder, 'data'), needlesOfPan(terminal.pan));
    expect(kept.hits).toEqual([]);
    expect(kept.files).toBeGreaterThan(1);
  }
  expect(wrong).toEqual([]);
  const ends = new Set(journals.flat().map(({ end }) => end));
  for (const end of ends) expect(['approved', 'declined', 'reversed', 'cancelled']).toContain(end);
  expect(await verifyLedger(db)).toMatchObject({ misstated: [], overdrawn: [] });
  expect((await verifyAudit(db)).broken).toEqual([]);
});

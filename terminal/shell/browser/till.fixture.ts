import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TerminalApi, TerminalState } from '#bridge/terminal-api.ts';

/** A state with nothing going on. */
export const IDLE: TerminalState = {
  shop: {
    name: 'Corner shop',
    shift: 1,
    cashier: 'Aoife',
    locale: 'en-IE',
    currency: 'EUR',
    terminalId: '10000001',
  },
  health: {
    host: 'up',
    session: 'signed-on',
    undelivered: 0,
    reader: 'ready',
    readerNames: ['Simulated reader'],
  },
  payment: null,
  unresolved: [],
  demoWearables: [],
};

const MILK = {
  itemId: 'whole-milk-1-l',
  name: 'Whole milk, 1 l',
  barcode: '2000030010012',
  category: 'Dairy & eggs',
  priceMinor: 139n,
  taxPermille: 0,
  favourite: true,
};

/** A terminal that knows one item; every other call throws, as a broken one would. */
export class FakeTerminal {
  readonly listeners = new Set<(state: TerminalState) => void>();
  readonly started: unknown[] = [];
  state = IDLE;

  /** Tells every listener. */
  change(state: TerminalState): void {
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }

  readonly api: TerminalApi = {
    searchCatalogue: async () => ({ ok: true, value: { items: [MILK], categories: ['Dairy'] } }),
    findItemByBarcode: async ({ barcode }) =>
      barcode === MILK.barcode
        ? { ok: true, value: MILK }
        : { ok: false, error: { kind: 'not-found' } },
    startPayment: async (input) => {
      this.started.push(input);
      return { ok: true, value: { paymentId: 'p-1' } };
    },
    cancelPayment: () => {
      throw new Error('secret: /srv/till/journal.db');
    },
    dismissPayment: async () => Promise.reject(new Error('secret')),
    paymentOfSale: async () => ({ ok: true, value: { paymentId: 'p-1' } as never }),
    receipt: async () => ({ ok: false, error: { kind: 'not-now', secret: 'x' } as never }),
    recentReceipts: async () => ({ ok: true, value: { receipts: [] } }),
    presentDemoWearable: async () => ({ ok: true, value: {} }),
    subscribe: (listener) => {
      this.listeners.add(listener);
      listener(this.state);
      return () => this.listeners.delete(listener);
    },
  };
}

/** A built renderer in a folder beside which lies a secret. */
export function makeRenderer(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-shell-'));
  const renderer = join(folder, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(renderer, 'index.html'), '<!doctype html><html><head></head></html>');
  writeFileSync(join(renderer, 'assets', 'index-Bd3x.js'), 'export {};');
  writeFileSync(join(renderer, 'tessera.svg'), '<svg/>');
  symlinkSync(join(folder, 'secret.txt'), join(renderer, 'link.txt'));
  return renderer;
}

/** A response, read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request as no browser would let a page make it: any path, any header. */
export function send(
  port: number,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string | Uint8Array,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Uint8Array[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, headers: received } = response;
        resolve({ status, headers: received, body: Buffer.concat(chunks).toString() });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

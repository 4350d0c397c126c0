import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { hex } from '#kernel/bytes/hex.ts';
import { lengthPrefixed } from '#kernel/iso8583/framing.ts';
import type { Message, MessageFields } from '#kernel/iso8583/message.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { buildFollowUp, type FollowUp, inForm } from '#kernel/transaction/follow-up-messages.ts';
import {
  buildAuthorisation,
  buildReversal,
  type MessageTrace,
  type ScoringContext,
} from '#kernel/transaction/host-messages.ts';
import { openMessage, sealMessage } from '#kernel/transaction/message-mac.ts';
import { type CardProfile, TestCard } from './test-card.fixture.ts';

/** `terminal.json` */
export interface TerminalFile {
  readonly terminalId: string;
  readonly merchantId: string;
  readonly port: number;
  readonly host: string;
  readonly serverName: string;
  readonly caCertificatePem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  readonly macKeyHex: string;
  readonly transportKeyHex?: string | undefined;
  readonly pinKeyHex?: string | undefined;
}

const framing = lengthPrefixed(4096);

/** Reads `terminal.json`. */
export async function readTerminalFile(enrolmentDir: string): Promise<TerminalFile> {
  return JSON.parse(await readFile(path.join(enrolmentDir, 'terminal.json'), 'utf8'));
}

/** The card of this name in `wearables.json`, never used before. */
export async function readCard(enrolmentDir: string, wearableId: string): Promise<TestCard> {
  const text = await readFile(path.join(enrolmentDir, 'wearables.json'), 'utf8');
  const profiles: readonly CardProfile[] = JSON.parse(text);
  const profile = profiles.find((each) => each.wearableId === wearableId);
  if (!profile) throw new Error(`no wearable ${wearableId}`);
  return new TestCard(profile);
}

/** A terminal that does as it is told. */
export class TestTerminal {
  readonly file: TerminalFile;
  readonly #socket: TLSSocket;
  readonly #answers: Uint8Array[] = [];
  readonly #waiting = new Set<() => void>();
  #stan: number;
  /** What messages are sealed with; a key change puts another in its place. */
  macKey: SecretKey;

  constructor(file: TerminalFile, socket: TLSSocket, firstStan: number) {
    this.file = file;
    this.#socket = socket;
    this.#stan = firstStan;
    this.macKey = new SecretKey(hex(file.macKeyHex));
    const decoder = framing.decoder();
    socket.on('error', () => undefined);
    socket.on('close', () => this.#wake());
    socket.on('data', (chunk) => {
      const messages = decoder.push(chunk);
      if (messages.ok) this.#answers.push(...messages.value);
      this.#wake();
    });
  }

  /** Connects with the credentials of `terminal.json`, or others. */
  static async connect(
    file: TerminalFile,
    options: { readonly firstStan?: number; readonly anonymous?: boolean } = {},
  ): Promise<TestTerminal> {
    const socket = connect({
      host: file.host,
      port: file.port,
      servername: file.serverName,
      ca: file.caCertificatePem,
      ...(!options.anonymous && { cert: file.certificatePem, key: file.privateKeyPem }),
    });
    await new Promise((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
    });
    return new TestTerminal(file, socket, options.firstStan ?? 1);
  }

  /** Sends bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** Sends a message; its answer, or undefined when none came in time or the line was cut. */
  async exchange(message: Uint8Array, timeoutMs = 5_000): Promise<Uint8Array | undefined> {
    this.raw(framing.encode(message));
    return this.next(timeoutMs);
  }

  /** The next message that comes; undefined when none came in time or the line was cut. */
  async next(timeoutMs = 5_000): Promise<Uint8Array | undefined> {
    const deadline = performance.now() + timeoutMs;
    while (this.#answers.length === 0 && !this.#socket.closed) {
      const left = deadline - performance.now();
      if (left <= 0) return undefined;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.#answers.shift();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  get isCut(): boolean {
    return this.#socket.closed;
  }

  close(): void {
    this.#socket.destroy();
  }

  trace(): MessageTrace {
    const transmittedAt = '0704120000';
    return { stan: this.#stan++, transmittedAt, localTime: '140000', localDate: '0704' };
  }

  sale(card: TestCard, sale: SaleOptions = {}): Sale {
    const amountMinor = sale.amountMinor ?? 1_430n;
    const currency = sale.currency ?? '978';
    const trace = sale.trace ?? this.trace();
    const { pan, expiry, panSequenceNumber } = card.profile;
    const kind = sale.kind ?? 'purchase';
    const transactionType = kind === 'balance' ? '31' : '00';
    const isOffline = kind === 'advice';
    const authorisation = buildAuthorisation(
      {
        ...{ pan, expiry, panSequenceNumber, amountMinor, currency },
        track2: `${pan}D${expiry}2010000000000`,
        transactionType,
        posEntryMode: '071',
        iccData: card.sign({ amountMinor, currency, transactionType, isOffline }),
        cardholderVerification: sale.verification ?? 'none',
        aid: 'F0544553534501',
        applicationLabel: 'TESSERA PAY',
      },
      this.file,
      trace,
      {
        ...{ channel: 'cashier', deviceInterface: 'simulated', basketLines: 3, cardTimeMs: 300 },
        ...sale.context,
      },
    );
    const formed = inForm(authorisation, kind, sale.mti);
    const message = { ...formed, fields: { ...formed.fields, ...sale.fields } };
    return { message, bytes: this.seal(message), trace, amountMinor, currency };
  }

  reversal(sale: Sale, options: { amountMinor?: bigint; attempt?: number } = {}): Uint8Array {
    const reversal = {
      original: { mti: sale.message.mti as '0100', ...sale.trace },
      amountMinor: options.amountMinor ?? sale.amountMinor,
      currency: sale.currency,
      reason: 'timeout',
      attempt: options.attempt ?? 1,
    } as const;
    return this.seal(buildReversal(reversal, this.file, this.trace()));
  }

  /** A message about a sale, with what a reversal of it needs. */
  followUp(kind: FollowUp['kind'], sale: Sale, amountMinor = sale.amountMinor): Sale {
    const trace = this.trace();
    const original = { ...sale.trace, mti: sale.message.mti };
    const { currency } = sale;
    const message = buildFollowUp({ kind, original, amountMinor, currency }, this.file, trace);
    return { message, bytes: this.seal(message), trace, amountMinor, currency };
  }

  seal(message: Message): Uint8Array {
    const sealed = sealMessage(message, this.macKey);
    if (!sealed.ok) throw new Error(`cannot seal: ${sealed.error.kind} at ${sealed.error.path}`);
    return sealed.value;
  }

  /** The fields of an answer, its MAC checked. */
  open(answer: Uint8Array | undefined): Message {
    if (!answer) throw new Error('there is no answer');
    const opened = openMessage(answer, this.macKey);
    if (!opened.ok) throw new Error(`bad answer: ${opened.error.kind} at ${opened.error.path}`);
    return opened.value;
  }
}

/** What may be different about a sale. */
export interface SaleOptions {
  readonly amountMinor?: bigint;
  readonly currency?: string;
  readonly trace?: MessageTrace;
  readonly verification?: 'none' | 'cdcvm' | 'online-pin';
  readonly kind?: 'purchase' | 'preauthorisation' | 'advice' | 'balance';
  readonly mti?: '0100' | '0200';
  /** What is put into the message besides, or in place of what is there. */
  readonly fields?: MessageFields;
  /** What the terminal says beside it (DE 60). */
  readonly context?: Partial<ScoringContext>;
}

/** A sale that was built, and what a reversal of it needs. */
export interface Sale {
  readonly message: Message;
  readonly bytes: Uint8Array;
  readonly trace: MessageTrace;
  readonly amountMinor: bigint;
  readonly currency: string;
}

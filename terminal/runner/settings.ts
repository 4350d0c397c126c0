import type { ConfigurationMode } from '#kernel/emv/configuration/configuration.ts';
import type { ReaderCombination } from '#kernel/emv/contactless/input.ts';
import type { CaPublicKey } from '#kernel/emv/oda/ca-public-key.ts';
import type { RevokedCertificate } from '#kernel/emv/oda/revocation.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import type { CardReader } from '#kernel/ports/card-reader.ts';
import type { Clock } from '#kernel/ports/clock.ts';
import type { Entropy } from '#kernel/ports/entropy.ts';
import type { HostLink } from '#kernel/ports/host-link.ts';
import type { Journal } from '#kernel/ports/journal.ts';
import type { PinPad } from '#kernel/ports/pin-pad.ts';
import type { TerminalIdentity } from '#kernel/transaction/host-messages.ts';
import type { MacKeys } from './mac-keys.ts';

/** The world as the runner reaches it. */
export interface RunnerPorts {
  readonly readers: readonly CardReader[];
  readonly host: HostLink;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** Absent where no PIN can be entered. */
  readonly pinPad?: PinPad;
  /** Absent where nobody keeps a session with the host. */
  readonly session?: AnswerWatch;
}

/** Somebody who is told of every answer of the host. */
export interface AnswerWatch {
  answered(answer: Message): void;
}

/** What a payment needs to know of this terminal. */
export interface RunnerSettings {
  /** What the kernels' configuration is for: in production nothing is captured. */
  readonly mode: ConfigurationMode;
  readonly identity: TerminalIdentity;
  readonly macKeys: MacKeys;
  /** ISO 4217 numeric, three digits. */
  readonly currency: string;
  /** How many digits of an amount are behind the point. */
  readonly currencyExponent: number;
  /** ISO 3166 numeric, three digits. */
  readonly country: string;
  readonly channel: 'cashier' | 'kiosk';
  readonly combinations: readonly ReaderCombination[];
  /** EMV terminal data by tag. */
  readonly terminalData: Readonly<Record<string, Uint8Array>>;
  /** Absent: the reader does not tell cards where it stands. */
  readonly terminalCategory?: Uint8Array;
  readonly caKeys: readonly CaPublicKey[];
  readonly revokedCertificates: readonly RevokedCertificate[];
  /** How long an answer of the host is waited for. */
  readonly hostTimeoutMs: number;
  /** After how long without any answer the host is asked for an echo. */
  readonly echoEveryMs: number;
  /** How often a customer may present the wearable for one payment. */
  readonly presentations: number;
  /** Wait before the n-th repeat of what the host is owed; the last one is kept to. */
  readonly repeatDelaysMs: readonly number[];
  /** Of how many payments the host may have to be told before nothing new is begun. */
  readonly storeAndForwardLimit: number;
}

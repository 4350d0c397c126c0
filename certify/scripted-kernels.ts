import { encodeHex } from '#kernel/bytes/hex.ts';
import type {
  ContactlessKernel,
  KernelActivation,
} from '#kernel/emv/contactless/kernel-activation.ts';
import { KERNELS } from '#kernel/emv/contactless/kernels.ts';
import { type ContactlessOutcome, outcomeOf } from '#kernel/emv/contactless/outcome.ts';
import { terminalDataOf } from '#kernel/emv/contactless/terminal-data.ts';
import type { KernelStep } from '#kernel/transaction/commands.ts';
import { transmit } from '#kernel/transaction/steps.ts';
import {
  UI_MESSAGES,
  UI_STATUSES,
  type UiMessage,
  type UiRequest,
  type UiStatus,
} from '#kernel/transaction/ui-request.ts';
import type { RecordedCard } from './replay.ts';
import type { VectorInput } from './vector-input.ts';
import type { Json, JsonObject } from './vector-kind.ts';

/** What a kernel does that a vector plays. */
interface Script {
  readonly outcome: ContactlessOutcome;
  /** How many unpredictable numbers it takes. */
  readonly numbers: number;
  /** What it sends to the card. */
  readonly commands: readonly Uint8Array[];
}

const TYPES = [
  'approved',
  'declined',
  'online-request',
  'end-application',
  'select-next',
  'try-another-interface',
  'try-again',
] as const;

/**
 * Kernels played by a vector: each activation, whatever its kernel, is the next of `kernels`. Where
 * a vector has none, our own kernels run as long as its exchange goes on.
 */
export class ScriptedKernels {
  /** What each activated kernel was given. */
  readonly activations: Json[] = [];
  /** Whether a kernel was activated that the vector no longer plays. */
  isUsedUp = false;
  readonly #scripts: readonly Script[];
  readonly #areOurs: boolean;
  readonly #card: RecordedCard;

  constructor(input: VectorInput, card: RecordedCard) {
    this.#areOurs = !input.has('kernels');
    this.#scripts = this.#areOurs ? [] : input.objects('kernels').map(readScript);
    this.#card = card;
  }

  /** A kernel for every identifier there is. */
  registry(): Readonly<Record<number, ContactlessKernel>> {
    const play: ContactlessKernel = (activation) => this.#play(activation);
    return new Proxy({}, { has: () => true, get: () => play });
  }

  *#play(activation: KernelActivation): KernelStep<ContactlessOutcome> {
    const script = this.#scripts[this.activations.length];
    const own = this.#areOurs ? KERNELS[activation.combination.kernelId] : undefined;
    if (own && this.#card.left > 0) {
      this.activations.push(toldActivation(activation, []));
      return yield* own(activation);
    }
    const numbers: Uint8Array[] = [];
    while (numbers.length < (script?.numbers ?? 0)) {
      numbers.push(activation.takeUnpredictableNumber());
    }
    this.activations.push(toldActivation(activation, numbers));
    for (const command of script?.commands ?? []) {
      const reply = yield* transmit(command);
      if (reply.type === 'card-lost') break;
    }
    this.isUsedUp = script === undefined;
    return script?.outcome ?? outcomeOf('end-application');
  }
}

function readScript(script: VectorInput): Script {
  const ui = (name: string): UiRequest | undefined =>
    script.has(name) ? readUi(script.object(name)) : undefined;
  const [uiOnOutcome, uiOnRestart] = [ui('uiOnOutcome'), ui('uiOnRestart')];
  const word = <T extends string>(name: string, words: readonly [T, ...T[]]) =>
    script.has(name) ? { [name]: script.oneOf(name, words) } : {};
  const count = (name: string) => (script.has(name) ? { [name]: script.count(name) } : {});
  return {
    outcome: outcomeOf(script.oneOf('outcome', TYPES), {
      ...word('start', ['A', 'B', 'C', 'D', 'n/a']),
      ...word('onlineResponseData', ['n/a', 'emv-data', 'any']),
      ...word('cvm', ['none', 'signature', 'online-pin', 'cdcvm', 'n/a']),
      ...word('receipt', ['n/a', 'yes']),
      ...word('alternateInterface', ['n/a', 'contact', 'magnetic-stripe']),
      ...count('fieldOff'),
      ...count('removalTimeout'),
      ...(uiOnOutcome && { uiOnOutcome }),
      ...(uiOnRestart && { uiOnRestart }),
    }),
    numbers: script.has('numbers') ? script.count('numbers') : 0,
    commands: script.has('commands') ? script.bytesList('commands') : [],
  };
}

function readUi(ui: VectorInput): UiRequest {
  const value = ui.has('value') ? ui.object('value') : undefined;
  return {
    message: ui.oneOf('message', Object.keys(UI_MESSAGES) as [UiMessage, ...UiMessage[]]),
    status: ui.oneOf('status', Object.keys(UI_STATUSES) as [UiStatus, ...UiStatus[]]),
    ...(ui.has('holdTime') && { holdTime: ui.count('holdTime') }),
    ...(ui.has('language') && { language: ui.text('language') }),
    ...(value && {
      value: {
        qualifier: value.oneOf('qualifier', ['amount', 'balance']),
        minor: value.amountMinor('amount'),
        currency: value.digits('currency', 3),
      },
    }),
  };
}

function toldActivation(activation: KernelActivation, numbers: readonly Uint8Array[]): JsonObject {
  const { candidate, combination, fci, selectStatusWord, restart } = activation;
  const issuer = restart?.issuer;
  const data = [...terminalDataOf(activation)].map(([tag, value]) => [tag, encodeHex(value)]);
  return {
    aid: encodeHex(candidate.adfName),
    kernelId: combination.kernelId,
    fci: encodeHex(fci),
    statusWord: selectStatusWord,
    indicators: { ...combination.indicators },
    data: Object.fromEntries(data),
    unpredictableNumbers: numbers.map(encodeHex),
    issuer: issuer
      ? {
          responseCode: issuer.responseCode,
          authenticationData: encodeHex(issuer.authenticationData ?? new Uint8Array(0)),
          scripts: issuer.scripts.map(({ tag, identifier, commands = [] }) => ({
            tag,
            identifier: encodeHex(identifier),
            commands: commands.map(encodeHex),
          })),
        }
      : null,
  };
}

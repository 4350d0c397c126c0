import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex } from '#kernel/bytes/hex.ts';
import { expectOk, fail, type Malformed, ok, type Result } from '#kernel/bytes/result.ts';
import { runContact as runKernel } from '#kernel/emv/contact/contact.ts';
import type { ContactOutcome } from '#kernel/emv/contact/outcome.ts';
import { encodePinBlock } from '#kernel/keys/pin-block.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { decodeTlv, encodeTlv } from '#kernel/tlv/ber.ts';
import type { AuthorisationRequest } from '#kernel/transaction/authorisation.ts';
import type {
  ApplicationChoice,
  HostReply,
  KernelCommand,
  KernelReply,
} from '#kernel/transaction/commands.ts';
import type { VectorInput } from '../vector-input.ts';
import type { JsonObject } from '../vector-kind.ts';
import type { ReplayWatch } from '../watch.ts';
import { contactInput } from './contact-input.ts';
import { isRecorded, type Recording, readRecording } from './recorded-exchange.ts';

/**
 * Runs a vector with interface `contact`: card, cardholder and issuer answer as it says. A
 * recording that ends where the issuer is to be asked, of a vector without an issuer, ends as an
 * online request. Errors: `bad-input`, `command-differs`, `command-beyond-exchange`.
 */
export function runContact(input: VectorInput, watch?: ReplayWatch): Result<JsonObject, Malformed> {
  const recording = readRecording(input);
  const sale = contactInput(input, recording);
  const people = new People(input);
  if (input.fault) return fail(input.fault);
  if (sale.unpredictableNumbers[0]?.length !== 4) {
    return fail({ kind: 'bad-input', path: 'transaction.unpredictableNumbers', offset: 0 });
  }
  const step = runKernel(watch ? { ...sale, trace: watch.decided } : sale);
  return replay(step, recording, people, watch);
}

function replay(
  step: ReturnType<typeof runKernel>,
  { pairs, isT0 }: Recording,
  people: People,
  watch: ReplayWatch | undefined,
): Result<JsonObject, Malformed> {
  let sent = 0;
  let request: AuthorisationRequest | undefined;
  let next = step.next(undefined as never);
  while (!next.done) {
    const command = next.value;
    if (command.type !== 'transmit') {
      const isEnd = command.type === 'authorise-online' && !people.host && sent === pairs.length;
      if (isEnd) request = command.request;
      next = step.next(people.reply(command));
      continue;
    }
    const recorded = pairs[sent];
    sent += 1;
    if (recorded && isRecorded(recorded, command.command, isT0)) {
      watch?.exchanged(command.command, recorded.response);
      next = step.next({ type: 'response', response: recorded.response });
    } else if (!recorded && request) {
      next = step.next({ type: 'card-lost' });
    } else {
      const kind = recorded ? 'command-differs' : 'command-beyond-exchange';
      return fail({ kind, path: `exchange.${recorded?.index ?? pairs.length}`, offset: 0 });
    }
  }
  return ok(request ? toldRequest(next.value, request) : told(next.value));
}

/** What was known when the issuer was to be asked. */
function toldRequest(outcome: ContactOutcome, { iccData }: AuthorisationRequest): JsonObject {
  const { reason: _, ...rest } = told(outcome);
  const objects = expectOk(decodeTlv(iccData));
  const results = objects.find(({ tag }) => tag === '95');
  return {
    ...rest,
    outcome: 'online-request',
    ...(results && { tvr: encodeHex(results.value) }),
    de55: Object.fromEntries(objects.map(({ tag, value }) => [tag, encodeHex(value)])),
  };
}

/** Cardholder and issuer of a vector. */
class People {
  readonly host: HostReply | undefined;
  readonly #pinBlock: SecretKey | undefined;
  readonly #applications: readonly string[];
  #choices = 0;

  constructor(input: VectorInput) {
    this.host = input.has('host') ? hostReply(input.object('host')) : undefined;
    const cardholder = input.has('cardholder') ? input.object('cardholder') : undefined;
    const pin = cardholder?.has('pin') ? cardholder.text('pin') : undefined;
    const block = pin === undefined ? undefined : encodePinBlock({ format: 2, pin });
    this.#pinBlock = block?.ok ? new SecretKey(block.value) : undefined;
    const chosen = cardholder?.json('application');
    const list = Array.isArray(chosen) ? chosen : [chosen];
    this.#applications = list.filter((aid) => typeof aid === 'string');
  }

  reply(command: Exclude<KernelCommand, { type: 'transmit' }>): KernelReply {
    switch (command.type) {
      case 'activate':
        return { type: 'activated' };
      case 'ask-pin':
        if (!this.#pinBlock) return { type: 'pin-bypassed' };
        if (command.use === 'online') return { type: 'pin-entered', pinBlock: new Uint8Array(8) };
        return { type: 'offline-pin-entered', pinBlock: this.#pinBlock };
      case 'choose-application':
        return this.#choose(command.candidates);
      case 'authorise-online':
        return this.host ?? { type: 'not-sent' };
      case 'show':
        return { type: 'shown' };
      default:
        return command satisfies never;
    }
  }

  #choose(candidates: readonly ApplicationChoice[]): KernelReply {
    const wanted = this.#applications[this.#choices]?.toUpperCase();
    this.#choices += 1;
    const index = candidates.findIndex(({ aid }) => aid === wanted);
    return index < 0 ? { type: 'cancelled' } : { type: 'application-chosen', index };
  }
}

/** Issuer data may be given as values or as whole objects, scripts as one or a list. */
function hostReply(input: VectorInput): HostReply {
  const objects = (['91', '71', '72'] as const).flatMap((tag) => {
    if (!input.has(tag)) return [];
    const values = Array.isArray(input.json(tag)) ? input.bytesList(tag) : [input.bytes(tag)];
    return values.map((value) => asObject(tag, value));
  });
  return {
    type: 'answered',
    responseCode: input.has('responseCode') ? input.text('responseCode') : '00',
    ...(objects.length > 0 && { issuerData: concatBytes(...objects) }),
  };
}

function asObject(tag: '91' | '71' | '72', value: Uint8Array): Uint8Array {
  const isWhole = encodeHex(value.subarray(0, 1)) === tag && value[1] === value.length - 2;
  return isWhole ? value : encodeTlv([{ tag, value }]);
}

function told(outcome: ContactOutcome): JsonObject {
  if (outcome.type === 'cancelled') return { outcome: 'end-application' };
  const { type, data, oda, verification } = outcome;
  return {
    outcome: type,
    ...('reason' in outcome && { reason: outcome.reason }),
    ...(oda && { oda }),
    ...(verification && { cvm: verification }),
    ...(data && {
      de55: Object.fromEntries([...data].map(([tag, value]) => [tag, encodeHex(value)])),
      ...named(data, 'selectedAid', '9F06'),
      ...named(data, 'cid', '9F27'),
      ...named(data, 'tvr', '95'),
      ...named(data, 'tsi', '9B'),
      ...named(data, 'cvmResults', '9F34'),
    }),
  };
}

function named(data: ReadonlyMap<string, Uint8Array>, name: string, tag: string): JsonObject {
  const value = data.get(tag);
  return value ? { [name]: encodeHex(value) } : {};
}

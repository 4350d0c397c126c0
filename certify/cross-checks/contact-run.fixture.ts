import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { runContact } from '#kernel/emv/contact/contact.ts';
import type { ContactInput } from '#kernel/emv/contact/input.ts';
import type { ContactOutcome } from '#kernel/emv/contact/outcome.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import type { HostReply, KernelCommand, KernelReply } from '#kernel/transaction/commands.ts';
import {
  type CardBehaviour,
  type CardKeys,
  makeChain,
  ScriptedCard,
  terminalInput,
} from '../../bench/contact-card.ts';

/** One chain for all tests: making keys takes long. */
export const KEYS: CardKeys = makeChain(1024, 1024, 1024);

/** What became of a transaction. */
export interface Run {
  readonly outcome: ContactOutcome;
  readonly commands: readonly string[];
  readonly asked: readonly KernelCommand['type'][];
}

/** Instead of what the card says, by place in the exchange; `undefined` when it is gone. */
export type Garble = (response: Uint8Array, place: number) => Uint8Array | undefined;

/** Cardholder, issuer and line. */
export interface World {
  readonly host?: HostReply;
  readonly garble?: Garble;
  readonly pins?: readonly string[];
}

/** A whole transaction with a scripted card. */
export function run(
  card: CardBehaviour,
  changed: Partial<ContactInput> = {},
  world: World = {},
): Run {
  const scripted = new ScriptedCard(KEYS, card);
  const step = runContact(terminalInput(KEYS, changed));
  const commands: string[] = [];
  const asked: KernelCommand['type'][] = [];
  const pins = [...(world.pins ?? [])];
  const reply = (command: KernelCommand): KernelReply => {
    switch (command.type) {
      case 'transmit': {
        const place = commands.push(encodeHex(command.command)) - 1;
        const real = scripted.respond(command.command);
        const response = world.garble ? world.garble(real, place) : real;
        return response ? { type: 'response', response } : { type: 'card-lost' };
      }
      case 'ask-pin': {
        const pin = pins.shift();
        if (pin === undefined) return { type: 'pin-bypassed' };
        if (command.use === 'online') return { type: 'pin-entered', pinBlock: new Uint8Array(8) };
        const block = hex(`2${pin.length}${pin}`.padEnd(16, 'F'));
        return { type: 'offline-pin-entered', pinBlock: new SecretKey(block) };
      }
      case 'authorise-online':
        return world.host ?? { type: 'not-sent' };
      case 'choose-application':
        return { type: 'application-chosen', index: 0 };
      case 'show':
        return { type: 'shown' };
      default:
        return { type: 'activated' };
    }
  };
  let next = step.next(undefined as never);
  while (!next.done) {
    if (next.value.type !== 'transmit') asked.push(next.value.type);
    next = step.next(reply(next.value));
  }
  return { outcome: next.value, commands, asked };
}

/** TVR, TSI, CVM results and how it ended. */
export function told({ outcome }: Run): Record<string, string> {
  if (outcome.type === 'cancelled') return { type: outcome.type };
  const of = (tag: string): string => encodeHex(outcome.data?.get(tag) ?? new Uint8Array(0));
  return {
    type: outcome.type,
    ...('reason' in outcome && { reason: outcome.reason }),
    tvr: of('95'),
    tsi: of('9B'),
    cvm: of('9F34'),
    arc: of('8A'),
    ...(outcome.oda && { oda: outcome.oda }),
  };
}

/** An issuer's answer, with its data in hex. */
export function answered(responseCode: string, issuerData?: string): HostReply {
  return { type: 'answered', responseCode, ...(issuerData && { issuerData: hex(issuerData) }) };
}

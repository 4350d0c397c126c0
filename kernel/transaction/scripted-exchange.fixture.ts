import { encodeHex, hex } from '../bytes/hex.ts';
import type { KernelCommand, KernelReply, KernelStep } from './commands.ts';

/** What a scripted run saw and returned. */
export interface ScriptedRun<T> {
  readonly result: T;
  readonly commands: readonly KernelCommand[];
  /** The APDUs sent, hex. */
  readonly sent: readonly string[];
}

/**
 * Runs a kernel step against a scripted card: the n-th command APDU is answered by the n-th
 * response (hex); once they are used up, or where one is `lost`, the card is gone. Every other
 * command is answered by `reply`.
 */
export function runScripted<T>(
  step: KernelStep<T>,
  responses: readonly string[],
  reply: (command: KernelCommand) => KernelReply = defaultReply,
): ScriptedRun<T> {
  const commands: KernelCommand[] = [];
  const sent: string[] = [];
  let next = step.next(undefined as never);
  while (!next.done) {
    const command = next.value;
    commands.push(command);
    if (command.type === 'transmit') {
      const response = responses[sent.length] ?? 'lost';
      sent.push(encodeHex(command.command));
      next = step.next(
        response === 'lost' ? { type: 'card-lost' } : { type: 'response', response: hex(response) },
      );
    } else {
      next = step.next(reply(command));
    }
  }
  return { result: next.value, commands, sent };
}

function defaultReply(command: KernelCommand): KernelReply {
  switch (command.type) {
    case 'activate':
      return { type: 'activated' };
    case 'ask-pin':
      if (command.use === 'offline') return { type: 'pin-bypassed' };
      return { type: 'pin-entered', pinBlock: new Uint8Array(8) };
    case 'choose-application':
      return { type: 'application-chosen', index: 0 };
    case 'authorise-online':
      return { type: 'answered', responseCode: '00' };
    case 'show':
      return { type: 'shown' };
    case 'transmit':
      throw new Error('a command APDU is answered by the script');
    default:
      return command satisfies never;
  }
}

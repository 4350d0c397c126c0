import { hex } from '#kernel/bytes/hex.ts';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';

/** Something that goes wrong at one command, counted from 1 since the wearable was powered. */
export interface CommandFault {
  readonly kind: 'status' | 'lost' | 'lost-after' | 'cut' | 'slow' | 'malformed';
  readonly atCommand: number;
  /** `status`: the two bytes; `cut`: how many bytes are left; `slow`: milliseconds. */
  readonly value: number;
}

/** Something that is wrong with the wearable itself. */
export interface StandingFault {
  readonly kind:
    | 'wrong-signature'
    | 'wrong-certificate'
    | 'expired-certificate'
    | 'expired-application'
    | 'replay';
}

/** A fault on demand. */
export type Fault = CommandFault | StandingFault;

/** How faults are written, for people. */
export const FAULT_HELP = `\
  status:6985@3         answers command 3 with this status word and nothing else
  lost@3                is taken away in place of command 3
  lost-after@3          carries out command 3, and is taken away before it answers
  cut:5@3               answers command 3 with the first 5 bytes of its answer
  slow:2000@3           answers command 3 after 2000 ms
  malformed@3           answers command 3 with TLV whose first length says more than there is
  wrong-signature       signs what no terminal can recover
  wrong-certificate     has a certificate with one bit changed
  expired-certificate   has certificates that ended in 2020
  expired-application   has applications that ended in 2020
  replay                answers with the cryptogram of its first payment, again and again
`;

const STANDING: readonly StandingFault['kind'][] = [
  'wrong-signature',
  'wrong-certificate',
  'expired-certificate',
  'expired-application',
  'replay',
];

/** Reads a fault as `FAULT_HELP` has it. */
export function parseFault(text: string): Result<Fault, 'no-fault'> {
  const standing = STANDING.find((kind) => kind === text);
  if (standing) return ok({ kind: standing });
  const match = /^(status|cut|slow|lost|lost-after|malformed)(?::([0-9A-F]+))?@(\d{1,5})$/.exec(
    text,
  );
  if (!match) return fail('no-fault');
  const [, kind, argument, at] = match;
  const atCommand = Number(at);
  if (atCommand === 0) return fail('no-fault');
  switch (kind) {
    case 'status':
      if (argument === undefined || !/^[69][0-9A-F]{3}$/.test(argument)) return fail('no-fault');
      return ok({ kind, atCommand, value: Number.parseInt(argument, 16) });
    case 'cut':
    case 'slow':
      if (argument === undefined || !/^\d{1,5}$/.test(argument)) return fail('no-fault');
      return ok({ kind, atCommand, value: Number(argument) });
    case 'lost':
    case 'lost-after':
    case 'malformed':
      return argument === undefined ? ok({ kind, atCommand, value: 0 }) : fail('no-fault');
    default:
      return fail('no-fault');
  }
}

/** The two bytes of a `status` fault. */
export function statusBytes({ value }: CommandFault): Uint8Array {
  return hex(value.toString(16).padStart(4, '0'));
}

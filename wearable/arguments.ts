import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { FAULT_HELP, type Fault, parseFault } from './fault-plan.ts';
import { memoryFileBeside } from './memory.ts';
import type { WearableInterface } from './wearable.ts';

/** What the program says about itself. */
export const HELP = `A wearable, held to the virtual reader of this machine (pcscd with vpcd).

  npm run wearable -- --profile FILE --id everyday [options]
  npm run wearable -- ca-keys --profile FILE [--memory FILE]

  --profile FILE    the wearables of an enrolment (wearables.json), or your own: docs/WEARABLE.md
  --id ID           which of them
  --interface SIDE  contactless (default), contact-t0 or contact-t1
  --host HOST       where the virtual reader is (default: 127.0.0.1)
  --port N          its port (default: 35963)
  --memory FILE     where counters, state and keys are kept (default: beside the profiles)
  --leave-after N   takes the wearable away once it has answered N commands, and ends
  --confirm         the user confirms the first payment on the wearable
  --fault FAULT     what goes wrong on purpose; may be given more than once
  --help            this text

ca-keys prints the public keys of the wearables' CAs as JSON, for a terminal's configuration.

Faults. Commands are counted from 1 each time the wearable is powered:

${FAULT_HELP}
A reader takes only what is held to it while it waits. In a terminal, Enter takes the wearable away
or holds it to the reader again; c and Enter confirms a payment on the wearable; Ctrl-C ends.
`;

/** How a wearable is held to the reader. */
export interface HoldArguments {
  readonly kind: 'hold';
  readonly profilesFile: string;
  readonly wearableId: string;
  readonly side: WearableInterface;
  readonly host: string;
  readonly port: number;
  readonly memoryFile: string;
  readonly leaveAfterApdus: number | undefined;
  readonly faults: readonly Fault[];
  readonly isConfirmed: boolean;
}

/** Whose CA keys are printed. */
export interface CaKeysArguments {
  readonly kind: 'ca-keys';
  readonly profilesFile: string;
  readonly memoryFile: string;
}

const SIDES: readonly WearableInterface[] = ['contactless', 'contact-t0', 'contact-t1'];

/** What the program is to do, or a sentence that says what is wrong with its options. */
export function readArguments(
  argv: readonly string[],
): Result<HoldArguments | CaKeysArguments | { readonly kind: 'help' }, string> {
  const parsed = parse(argv);
  if (!parsed.ok) return parsed;
  const { values, positionals } = parsed.value;
  if (values.help) return ok({ kind: 'help' });
  const [command, ...others] = positionals;
  if ((command !== undefined && command !== 'ca-keys') || others.length > 0) {
    return fail(`There is no command ${positionals.join(' ')}.`);
  }
  const { profile: profilesFile, id: wearableId } = values;
  if (command === 'ca-keys') {
    if (!profilesFile) return fail('--profile is needed.');
    const memoryFile = values.memory ?? memoryFileBeside(profilesFile);
    return ok({ kind: 'ca-keys', profilesFile, memoryFile });
  }
  if (!profilesFile || !wearableId) return fail('--profile and --id are needed.');
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port < 1 || port > 65_535) {
    return fail(`--port takes a number from 1 to 65535, not ${values.port}.`);
  }
  const leaveAfter = values['leave-after'];
  if (leaveAfter !== undefined && !/^[1-9]\d{0,5}$/.test(leaveAfter)) {
    return fail(`--leave-after takes a number from 1, not ${leaveAfter}.`);
  }
  const side = SIDES.find((one) => one === values.interface);
  if (!side) return fail(`--interface takes ${SIDES.join(', ')}, not ${values.interface}.`);
  const faults: Fault[] = [];
  for (const text of values.fault) {
    const fault = parseFault(text);
    if (!fault.ok) return fail(`--fault takes one of those below, not ${text}.`);
    faults.push(fault.value);
  }
  return ok({
    kind: 'hold',
    profilesFile,
    wearableId,
    side,
    host: values.host,
    port,
    memoryFile: values.memory ?? memoryFileBeside(profilesFile),
    leaveAfterApdus: leaveAfter === undefined ? undefined : Number(leaveAfter),
    faults,
    isConfirmed: values.confirm,
  });
}

function parse(argv: readonly string[]) {
  try {
    const parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        profile: { type: 'string' },
        id: { type: 'string' },
        interface: { type: 'string', default: 'contactless' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '35963' },
        memory: { type: 'string' },
        'leave-after': { type: 'string' },
        fault: { type: 'string', multiple: true, default: [] },
        confirm: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return ok(parsed);
  } catch (error) {
    return fail(error instanceof Error ? error.message : 'The options cannot be read.');
  }
}

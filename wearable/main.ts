import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { memoryFileBeside, openFileMemory } from './memory.ts';
import { issuersOf, type ProfileFailure, readProfiles, type WearableProfile } from './profile.ts';
import { type Hold, holdToVirtualReader } from './vpcd.ts';
import { createWearable, type Wearable } from './wearable.ts';

const HELP = `A wearable, held to the virtual NFC reader of this machine (pcscd with vpcd).

  npm run wearable -- --profile FILE --id everyday [options]

  --profile FILE    the wearables of an enrolment (wearables.json)
  --id ID           which of them
  --host HOST       where the virtual reader is (default: 127.0.0.1)
  --port N          its port (default: 35963)
  --memory FILE     where the transaction counter is kept (default: beside the profiles)
  --leave-after N   takes the wearable away once it has answered N commands, and ends
  --help            this text

A reader takes only what is held to it while it waits. In a terminal, Enter takes the wearable away
or holds it to the reader again; Ctrl-C ends.
`;

interface WearableArguments {
  readonly profilesFile: string;
  readonly wearableId: string;
  readonly host: string;
  readonly port: number;
  readonly memoryFile: string;
  readonly leaveAfterApdus: number | undefined;
}

process.exitCode = await main(process.argv.slice(2));

/** Exit codes: 0 when it was taken away, 1 for a profile that cannot be used, 2 for bad options. */
async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (!options.ok) {
    say(`${options.error}\n\n${HELP}`);
    return 2;
  }
  if (!options.value) {
    process.stdout.write(HELP);
    return 0;
  }
  const { profilesFile, wearableId, memoryFile } = options.value;
  const profiles = await readProfiles(profilesFile);
  if (!profiles.ok) {
    say(explain(profiles.error, profilesFile));
    return 1;
  }
  const profile = profiles.value.find((candidate) => candidate.wearableId === wearableId);
  if (!profile) {
    const known = profiles.value.map((candidate) => candidate.wearableId).join(', ') || 'none';
    say(`There is no wearable ${wearableId} in ${profilesFile}. Known: ${known}.`);
    return 1;
  }
  const wearable = createWearable(profile, { memory: openFileMemory(memoryFile) });
  await hold(wearable, profile, options.value);
  return 0;
}

/** Holds the wearable to the reader until it is taken away for good. */
function hold(wearable: Wearable, profile: WearableProfile, how: WearableArguments): Promise<void> {
  const { host, port, leaveAfterApdus } = how;
  const who = `${profile.name} (${labelsOf(profile)})`;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let held: Hold | undefined;
  const approach = (): void => {
    say(`Looking for the virtual reader at ${host}:${port} (pcscd with vsmartcard-vpcd).`);
    held = holdToVirtualReader(wearable, {
      host,
      port,
      ...(leaveAfterApdus !== undefined && { leaveAfterApdus }),
      onChange: (state) => {
        say(state === 'held' ? `${who} is held to the reader.` : `${who} has left the reader.`);
      },
    });
    if (leaveAfterApdus !== undefined) void held.left.then(end);
  };
  const takeAway = async (): Promise<void> => {
    const last = held;
    held = undefined;
    await last?.leave();
  };
  const lines = process.stdin.isTTY ? createInterface({ input: process.stdin }) : undefined;
  lines?.on('line', () => void (held ? takeAway() : approach()));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void takeAway().then(end));
  }
  lines?.on('close', () => void takeAway().then(end));
  approach();
  return ended.then(() => lines?.close());
}

/**
 * The options, a sentence that says what is wrong with them, or nothing when help was asked for.
 */
function readOptions(argv: readonly string[]): Result<WearableArguments | undefined, string> {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        profile: { type: 'string' },
        id: { type: 'string' },
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '35963' },
        memory: { type: 'string' },
        'leave-after': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return ok(undefined);
    if (!values.profile || !values.id) return fail('--profile and --id are needed.');
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port < 1 || port > 65_535) {
      return fail(`--port takes a number from 1 to 65535, not ${values.port}.`);
    }
    const leaveAfter = values['leave-after'];
    if (leaveAfter !== undefined && !/^[1-9]\d{0,5}$/.test(leaveAfter)) {
      return fail(`--leave-after takes a number from 1, not ${leaveAfter}.`);
    }
    return ok({
      profilesFile: values.profile,
      wearableId: values.id,
      host: values.host,
      port,
      memoryFile: values.memory ?? memoryFileBeside(values.profile),
      leaveAfterApdus: leaveAfter === undefined ? undefined : Number(leaveAfter),
    });
  } catch (error) {
    return fail(error instanceof Error ? error.message : 'The options cannot be read.');
  }
}

function explain({ kind, path }: ProfileFailure, file: string): string {
  switch (kind) {
    case 'unreadable':
      return `${file} cannot be read. The cloud writes it when it first starts (npm start).`;
    case 'not-json':
      return `${file} is not JSON.`;
    case 'malformed':
      return `${file} is not a list of wearables: see ${path || 'its beginning'}.`;
    default:
      return kind satisfies never;
  }
}

function labelsOf(profile: WearableProfile): string {
  const applications = issuersOf(profile).flatMap((issuer) => issuer.applications);
  return applications.map(({ label }) => label).join(', ');
}

function say(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

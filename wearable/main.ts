import { createInterface } from 'node:readline';
import { HELP, type HoldArguments, readArguments } from './arguments.ts';
import { openFileMemory } from './memory.ts';
import { listCaKeys } from './pki/ca-keys.ts';
import { presentWearable } from './presented-card.ts';
import { issuersOf, type ProfileFailure, readProfiles, type WearableProfile } from './profile.ts';
import { type Hold, holdToVirtualReader } from './vpcd.ts';

process.exitCode = await main(process.argv.slice(2));

/** Exit codes: 0 when it was taken away, 1 for a profile that cannot be used, 2 for bad options. */
async function main(argv: readonly string[]): Promise<number> {
  const options = readArguments(argv);
  if (!options.ok) {
    say(`${options.error}\n\n${HELP}`);
    return 2;
  }
  const wanted = options.value;
  if (wanted.kind === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const profiles = await readProfiles(wanted.profilesFile);
  if (!profiles.ok) {
    say(explain(profiles.error, wanted.profilesFile));
    return 1;
  }
  if (wanted.kind === 'ca-keys') return printCaKeys(profiles.value, wanted.memoryFile);
  const { profilesFile, wearableId } = wanted;
  const profile = profiles.value.find((candidate) => candidate.wearableId === wearableId);
  if (!profile) {
    const known = profiles.value.map((candidate) => candidate.wearableId).join(', ') || 'none';
    say(`There is no wearable ${wearableId} in ${profilesFile}. Known: ${known}.`);
    return 1;
  }
  await hold(profile, wanted);
  return 0;
}

function printCaKeys(profiles: readonly WearableProfile[], memoryFile: string): number {
  const list = listCaKeys(profiles, openFileMemory(memoryFile));
  if (!list.ok) {
    say(`The keys cannot be kept in ${memoryFile}.`);
    return 1;
  }
  process.stdout.write(`${JSON.stringify(list.value, undefined, 2)}\n`);
  return 0;
}

/** Holds the wearable to the reader until it is taken away for good. */
function hold(profile: WearableProfile, how: HoldArguments): Promise<void> {
  const { host, port, leaveAfterApdus, faults, side } = how;
  const memory = openFileMemory(how.memoryFile);
  const card = presentWearable(profile, { memory, faults, interface: side });
  const who = `${profile.name} (${labelsOf(profile)})`;
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  let held: Hold | undefined;
  const approach = (): void => {
    say(`Looking for the virtual reader at ${host}:${port} (pcscd with vsmartcard-vpcd).`);
    held = holdToVirtualReader(card, {
      host,
      port,
      ...(leaveAfterApdus !== undefined && { leaveAfterApdus }),
      onChange: (state) => {
        say(state === 'held' ? `${who} is held to the reader.` : `${who} has left the reader.`);
      },
    });
    const current = held;
    // By its own fault, or after so many commands: then somebody may hold it there again.
    void current.left.then(() => {
      if (held === current) held = undefined;
      if (!lines || leaveAfterApdus !== undefined) end();
    });
  };
  const takeAway = async (): Promise<void> => {
    const last = held;
    held = undefined;
    await last?.leave();
  };
  const confirm = (): void => {
    card.confirmUser();
    say('Confirmed on the wearable, for the next payment.');
  };
  const lines = process.stdin.isTTY ? createInterface({ input: process.stdin }) : undefined;
  lines?.on('line', (line) => {
    if (line.trim() === 'c') confirm();
    else void (held ? takeAway() : approach());
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void takeAway().then(end));
  }
  lines?.on('close', () => void takeAway().then(end));
  if (how.isConfirmed) confirm();
  approach();
  return ended.then(() => lines?.close());
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

import { execFile } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const USER = 'postgres';

/** A program with its arguments, ready for `spawn`. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

/** Who PostgreSQL runs as. */
export interface Unprivileged {
  /** Makes a file or folder theirs, not what is in it. */
  own(file: string): Promise<void>;
  /** How to start a program of theirs. */
  launch(command: string, args: readonly string[]): Launch;
}

/**
 * PostgreSQL refuses to run as root. As any other user it runs as we do; as root it runs as the
 * user `postgres`, who is made where there is none. Where that user cannot come to `paths` (a
 * checkout under /root), the one capability to pass through folders is lent to the program.
 */
export async function unprivilegedFor(paths: readonly string[]): Promise<Unprivileged> {
  if (process.getuid?.() !== 0) {
    return { own: async () => undefined, launch: (command, args) => ({ command, args }) };
  }
  const { uid, gid } = await findOrMakeUser();
  const reachable = await Promise.all(paths.map((each) => canReach(path.resolve(each), uid, gid)));
  if (!reachable.every(Boolean) && process.platform !== 'linux') {
    throw new Error(`${USER} cannot reach the data directory; do not start this as root`);
  }
  const asUser = { uid, gid };
  return {
    own: (file) => chown(file, uid, gid),
    launch: reachable.every(Boolean)
      ? (command, args) => ({ command, args, ...asUser })
      : (command, args) => ({ command: 'setpriv', args: [...lend(uid, gid), command, ...args] }),
  };
}

async function findOrMakeUser(): Promise<{ readonly uid: number; readonly gid: number }> {
  const idOf = async (flag: string) => Number((await run('id', [flag, USER])).stdout);
  const known = await run('id', ['-u', USER]).then(
    () => true,
    () => false,
  );
  if (!known) {
    const quiet = ['--no-create-home', '--shell', '/usr/sbin/nologin'];
    await run('useradd', ['--system', '--user-group', ...quiet, USER]);
  }
  return { uid: await idOf('-u'), gid: await idOf('-g') };
}

/** Whether every folder above `file` lets this user pass. */
async function canReach(file: string, uid: number, gid: number): Promise<boolean> {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const status = await stat(folder);
    const bit = status.uid === uid ? 0o100 : status.gid === gid ? 0o010 : 0o001;
    if ((status.mode & bit) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

/** PostgreSQL asks access(2), which forgets capabilities unless no_setuid_fixup is set. */
function lend(uid: number, gid: number): readonly string[] {
  const capability = '+dac_read_search';
  return [
    ...[`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--securebits=+no_setuid_fixup'],
    ...[`--inh-caps=${capability}`, `--ambient-caps=${capability}`, '--'],
  ];
}

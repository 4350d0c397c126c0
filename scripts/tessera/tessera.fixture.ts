import { runCommand } from './run-command.ts';

/** What a command wrote, and its exit code. */
export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `tessera` with these arguments in this process. */
export async function tessera(
  args: readonly string[],
  { stdin = '', isWatched = false }: { stdin?: string | Uint8Array; isWatched?: boolean } = {},
): Promise<CommandRun> {
  let [out, err] = ['', ''];
  const code = await runCommand(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: () => Buffer.from(stdin),
    isWatched,
  });
  return { code, out, err };
}

/** What a command reads and writes; tests put their own in its place. */
export interface Console {
  out(text: string): void;
  err(text: string): void;
  /** All of standard input. */
  stdin(): Uint8Array;
  /** Whether somebody watches standard error. */
  readonly isWatched: boolean;
}

/** One command of the command line. */
export interface Command {
  readonly name: string;
  /** A few words for the list of commands. */
  readonly summary: string;
  readonly hasCommands?: boolean;
  /** What `--help` shows, with an example. */
  readonly help: string;
  /** Gives the exit code: 0 well, 1 input was refused. Throws `UsageError` for wrong options. */
  run(args: readonly string[], console: Console): number | Promise<number>;
}

/** The options or arguments are wrong: exit code 2. */
export class UsageError extends Error {}

/** A command that has others below it. */
export function commandGroup(
  name: string,
  summary: string,
  example: string,
  commands: readonly Command[],
): Command {
  const width = Math.max(...commands.map((command) => command.name.length));
  const list = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  const title = summary.charAt(0).toUpperCase() + summary.slice(1).replace(/\.$/, '');
  const help = `${title}.\n\n${list.join('\n')}\n\nExample:\n  ${example}\n
Each takes --help. Exit code: 0 well, 1 the input was refused, 2 wrong options.\n`;
  return {
    name,
    summary,
    hasCommands: true,
    help,
    run([first, ...rest], console) {
      if (first === '--help') {
        console.out(help);
        return 0;
      }
      if (first === undefined) throw new UsageError(`A command is missing.\n\n${help}`);
      const command = commands.find((candidate) => candidate.name === first);
      if (!command) throw new UsageError(`There is no command ${name} ${first}.`);
      const wantsHelp = command.hasCommands ? rest[0] === '--help' : rest.includes('--help');
      if (!wantsHelp) return command.run(rest, console);
      console.out(command.help);
      return 0;
    },
  };
}

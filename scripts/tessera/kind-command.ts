import type { Json, JsonObject } from '#certify/vector-kind.ts';
import { type Command, type Console, UsageError } from './command.ts';
import { INPUT_HELP, readText } from './read-input.ts';
import { readOptions } from './read-options.ts';
import { refuse } from './refuse.ts';
import { parseJson, runKind } from './run-kind.ts';

/** An option that becomes a member of the input. */
export interface InputOption {
  readonly option: string;
  /** The member of the input; the option's name unless given. */
  readonly member?: string;
  readonly type: 'hex' | 'text' | 'number' | 'json';
  readonly help: string;
  readonly default?: string;
  readonly optional?: boolean;
}

/** A command that does what a kind of vector does: options in, the kind's result out. */
export interface KindCommand {
  readonly name: string;
  readonly kind: string;
  readonly summary: string;
  readonly example: string;
  readonly options: readonly InputOption[];
  /** Members of the result that are shown only with --reveal. */
  readonly secret?: readonly string[];
  /** Puts in what was not given and can be made, such as random padding. */
  readonly complete?: (input: JsonObject) => JsonObject;
}

/** Makes the command. Its input is checked by the kind, as that of a vector is. */
export function kindCommand(plan: KindCommand): Command {
  const { name, kind, summary, secret = [], complete = (input) => input } = plan;
  return {
    name,
    summary,
    help: helpText(plan),
    run(args, console) {
      const { values } = readOptions(args, {
        ...Object.fromEntries(plan.options.map(({ option }) => [option, { type: 'string' }])),
        json: { type: 'boolean', default: false },
        reveal: { type: 'boolean', default: false },
      });
      const given = values as Readonly<Record<string, string | boolean | undefined>>;
      const input = readInput(plan.options, given, console);
      const json = given['json'] === true;
      const result = runKind(kind, complete(input));
      if (!result.ok) return refuse(result.error, { json }, console);
      const shown = given['reveal'] === true ? result.value : hidden(result.value, secret);
      console.out(json ? `${JSON.stringify(shown)}\n` : text(shown));
      return 0;
    },
  };
}

function helpText({ summary, example, options, secret = [] }: KindCommand): string {
  const rows = [
    ...options.map((option) => [`--${option.option} ${VALUES[option.type]}`, optionHelp(option)]),
    ['--json', 'the result as JSON'],
    ...(secret.length > 0 ? [['--reveal', `show ${secret.join(' and ')}`]] : []),
    ['--help', 'this text'],
  ];
  const width = Math.max(...rows.map(([left = '']) => left.length));
  const lines = rows.map(([left = '', right]) => `  ${left.padEnd(width)}  ${right}`);
  const title = summary.charAt(0).toUpperCase() + summary.slice(1);
  return `${title}.\n\n  tessera keys ${example}\n\n${lines.join('\n')}\n\n${INPUT_HELP}\n`;
}

const VALUES = { hex: 'HEX', text: 'TEXT', number: 'N', json: 'JSON' } as const;

function optionHelp(option: InputOption): string {
  if (option.default !== undefined) return `${option.help} (default ${option.default})`;
  return option.optional ? `${option.help} (optional)` : option.help;
}

function readInput(
  options: readonly InputOption[],
  given: Readonly<Record<string, string | boolean | undefined>>,
  console: Console,
): JsonObject {
  const entries = options.flatMap((option): [string, Json][] => {
    const argument = given[option.option] ?? option.default;
    if (typeof argument === 'string') {
      return [[option.member ?? option.option, parseValue(option, readText(argument, console))]];
    }
    if (option.optional) return [];
    throw new UsageError(`--${option.option} is missing.`);
  });
  return Object.fromEntries(entries);
}

function parseValue({ option, type }: InputOption, text: string): Json {
  switch (type) {
    case 'hex':
      return text.replaceAll(/\s/g, '');
    case 'text':
      return text.trim();
    case 'number':
      if (!/^\s*\d{1,9}\s*$/.test(text)) throw new UsageError(`--${option} takes a number.`);
      return Number(text);
    case 'json':
      return parseJson(text, `--${option} takes JSON.`);
    default:
      return type satisfies never;
  }
}

function hidden(result: JsonObject, secret: readonly string[]): JsonObject {
  const entries = Object.entries(result);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, secret.includes(name) ? HIDDEN : value]),
  );
}

const HIDDEN = '[hidden, --reveal shows it]';

/** One result alone, for a script; several with their names. */
function text(result: JsonObject): string {
  const entries = Object.entries(result);
  const plain = (value: Json): string =>
    typeof value === 'string' ? value : JSON.stringify(value);
  if (entries.length === 1) return entries.map(([, value]) => `${plain(value)}\n`).join('');
  return entries.map(([name, value]) => `${name}  ${plain(value)}\n`).join('');
}

import { readFileSync } from 'node:fs';
import type { DescribedTag } from '#kernel/emv/dictionary/describe.ts';
import { type Command, type Console, UsageError } from '../command.ts';
import { readOptions } from '../read-options.ts';
import { refuse } from '../refuse.ts';
import { type ExplainedEvent, type Explanation, explain } from './explanation.ts';
import { readRecordings } from './read-recordings.ts';

const HELP = `Tells a recorded exchange: every APDU, every decision, and the rule it comes from.

  tessera emv explain test-vectors/emv/recorded-contactless.json
  tessera emv explain capture.json --select hu-mock-visa-offline
  tessera emv explain --json < traces.json

The file (standard input unless named) holds \`transaction\` vectors, or bare recordings: a list of
{"command", "response"} or {"cmd", "resp"} in hex. The kernel is run on a vector and says what it
decided; a bare recording does not say what the terminal was, so only its APDUs are told.
Card numbers, tracks and whatever is sensitive are masked.

  --select ID  only the vector or recording of this id
  --json       {"explanations": [{"id", "hasDecisions", "events", "fault"}]}
  --help       this text
`;

/** `tessera emv explain …` */
export const emvExplain: Command = {
  name: 'explain',
  summary: 'tell a recorded exchange, each decision with its rule',
  help: HELP,
  run(args, console) {
    const { values, positionals } = readOptions(args, {
      select: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    if (positionals.length > 1) throw new UsageError('Name one file.');
    const recordings = readRecordings(readInput(positionals[0], console));
    if (!recordings.ok) return refuse(recordings.error, { json: values.json }, console);
    const { select } = values;
    const wanted = recordings.value.filter(({ id }) => select === undefined || id === select);
    if (wanted.length === 0) {
      throw new UsageError(select === undefined ? 'It is empty.' : `There is no ${select} in it.`);
    }
    const explanations = wanted.map(explain);
    if (values.json) console.out(`${JSON.stringify({ explanations })}\n`);
    else console.out(explanations.map(told).join('\n'));
    for (const { id, fault } of values.json ? [] : explanations) {
      if (fault) console.err(`${id} was not run to its end: ${fault.kind} in ${fault.path}.\n`);
    }
    return explanations.some(({ fault }) => fault) ? 1 : 0;
  },
};

function readInput(file: string | undefined, console: Console): Uint8Array {
  if (file === undefined || file === '-') return console.stdin();
  try {
    return readFileSync(file);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw new UsageError(`${file} cannot be read: ${why}.`);
  }
}

const RULE = '─'.repeat(78);

function told({ id, hasDecisions, events }: Explanation): string {
  const lines = [id, RULE];
  if (!hasDecisions) {
    lines.push('A bare recording: what the terminal decided, and why, is not in it.');
  }
  let sent = 0;
  for (const event of events) {
    if (event.type === 'apdu') sent += 1;
    lines.push(...(event.type === 'apdu' ? toldApdu(event, sent) : toldDecision(event)));
  }
  return lines.map((line) => `${line}\n`).join('');
}

function toldApdu(apdu: ExplainedEvent & { type: 'apdu' }, number: number): readonly string[] {
  return [
    `${number}. ${apdu.name}`,
    `   > ${apdu.command}`,
    ...objects(apdu.commandObjects),
    `   < ${apdu.statusWord} ${apdu.statusMeaning}`.trimEnd(),
    ...objects(apdu.responseObjects),
  ];
}

function toldDecision(decision: ExplainedEvent & { type: 'decision' }): readonly string[] {
  const { name, result, rule, details, changes } = decision;
  return [
    ` = ${name}: ${result}  [${rule}]`,
    ...details.map((detail) => `     ${detail}`),
    ...objects(decision.objects),
    ...changes.flatMap(({ results, byte, bit, isSet, meaning, why, rule: ofBit }) => [
      `     ${results} byte ${byte}, bit ${bit} ${isSet ? 'set' : 'cleared'}: ${meaning}`,
      ...(why === '' ? [] : [`       because ${why}  [${ofBit}]`]),
    ]),
  ];
}

function objects(tags: readonly DescribedTag[]): readonly string[] {
  return tags.flatMap(({ depth, tag, name, value, meanings }) => {
    const indent = `     ${'  '.repeat(depth)}`;
    return [
      `${indent}${tag.padEnd(8)}${name}  ${value}`.trimEnd(),
      ...meanings.map((meaning) => `${indent}        · ${meaning}`),
    ];
  });
}

import defaultRules from '#cloud/scoring/default-rules.json' with { type: 'json' };
import { describeExchange } from '#kernel/emv/describe-apdu.ts';
import type { DescribedTag } from '#kernel/emv/dictionary/describe.ts';
import { describeMessage } from '#kernel/iso8583/describe.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import { TESSERA_HOST } from '#kernel/iso8583/specs/tessera-host.ts';
import { saleTaxMinor } from '#kernel/transaction/sale.ts';
import { words } from '#renderer/ui/words.ts';
import { amount } from './amount.ts';
import type { DemoResult } from './demo-sale.ts';

const RULE = '─'.repeat(78);

/**
 * The sale as text for a terminal window, from the basket to the receipt. Sensitive data is masked.
 */
export function tellStory(result: DemoResult): string {
  return [
    ...basket(result),
    ...tap(result),
    ...hostMessages(result),
    ...score(result),
    ...receipt(result),
    ...timings(result),
  ].join('\n');
}

function heading(text: string): readonly string[] {
  return ['', `${text}`, RULE];
}

function basket({ lines, amountMinor }: DemoResult): readonly string[] {
  return [
    ...heading('Basket'),
    ...lines.map((line) => {
      const total = line.unitPriceMinor * BigInt(line.quantity);
      const each = `${line.quantity} × ${amount(line.unitPriceMinor)}`;
      return `${line.name.padEnd(44)}${each.padStart(18)}${amount(total).padStart(16)}`;
    }),
    `${'Total'.padEnd(62)}${amount(amountMinor).padStart(16)}`,
  ];
}

function tap({ recording, wearableName }: DemoResult): readonly string[] {
  const told = [...heading(`Present your wearable: ${wearableName}`)];
  for (const [index, described] of describeExchange(recording.apdus).entries()) {
    const elapsedMs = recording.apdus[index]?.elapsedMs ?? 0;
    told.push(`${index + 1}. ${described.name}  (${elapsedMs.toFixed(1)} ms)`);
    told.push(`   > ${described.command}`);
    told.push(...objects(described.commandObjects, '     '));
    told.push(`   < ${described.statusWord} ${described.statusMeaning}`);
    told.push(...objects(described.responseObjects, '     '));
  }
  return told;
}

function hostMessages({ recording }: DemoResult): readonly string[] {
  return recording.exchanges.flatMap(({ request, answer, elapsedMs }) => [
    ...heading(`To the host: ${title(request)}`),
    ...message(request),
    ...heading(
      answer
        ? `From the host after ${elapsedMs.toFixed(1)} ms: ${title(answer)}`
        : `No answer within ${elapsedMs.toFixed(0)} ms: the outcome is unknown`,
    ),
    ...(answer
      ? message(answer)
      : ['It may have been approved. It is reversed until the host confirms.']),
  ]);
}

function message(described: Message): readonly string[] {
  return describeMessage(TESSERA_HOST, described).flatMap((field) => [
    `${String(field.number).padStart(4)}  ${field.name.padEnd(40)}${field.value}`,
    ...objects(field.objects ?? [], '        '),
  ]);
}

function objects(tags: readonly DescribedTag[], indent: string): readonly string[] {
  return tags.flatMap((tag) => {
    const inner = indent + '  '.repeat(tag.depth);
    const name = `${inner}${tag.tag.padEnd(8)}${tag.name}`;
    const value = tag.value === '' ? '' : `  ${tag.value}`;
    return [`${name}${value}`, ...tag.meanings.map((meaning) => `${inner}        · ${meaning}`)];
  });
}

function title({ mti }: Message): string {
  return `${mti} ${TITLES[mti] ?? ''}`;
}

const TITLES: Readonly<Record<string, string>> = {
  '0100': 'authorisation request',
  '0110': 'authorisation answer',
  '0400': 'reversal',
  '0401': 'reversal, repeated',
  '0410': 'reversal answer',
};

function score({ payment }: DemoResult): readonly string[] {
  const scored = payment.answer?.score;
  if (!scored) return [...heading('Score'), 'No score: the host did not answer.'];
  const reasons = scored.reasons.map((code) => `  ${code}  ${meaning(code)}`);
  const verdict = reasons.length > 0 ? 'Reasons:' : 'No rule fired.';
  return [
    ...heading('Score'),
    `${scored.score} of 1000, ${scored.tier} risk. ${verdict}`,
    ...reasons,
  ];
}

function meaning(code: string): string {
  return (
    defaultRules.rules.find((rule) => rule.code === code)?.meaning ?? 'a reason of a newer host'
  );
}

function receipt({ payment, outcome, shopName, lines }: DemoResult): readonly string[] {
  const { answer, sent, intent, closed } = payment;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Amount', amount(intent.amountMinor)],
    ['Tax included', amount(saleTaxMinor(lines))],
    ['Card', sent?.maskedPan],
    ['Application', sent && `${sent.applicationLabel} (${sent.aid})`],
    ['Approval', answer?.approvalCode],
    ['Reference', answer?.retrievalReference],
    ['Response', answer?.responseCode],
    ['Reason', closed?.reason && words.reasons[closed.reason]],
  ];
  return [
    ...heading(`Receipt: ${shopName}`),
    words.receipts.ends[outcome],
    ...rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(16)}${value}`])),
  ];
}

function timings({ timingsMs }: DemoResult): readonly string[] {
  const parts = Object.entries(timingsMs).map(([name, ms]) => `${name} ${ms.toFixed(1)}`);
  return [...heading('Time in ms'), parts.join('   '), ''];
}

import type { Payment } from './cloud-client.ts';
import { useOperations } from './operations-context.ts';
import { Panel } from './panel.tsx';
import { say, storyWords } from './story-words.ts';

/** What is known of a payment, by name. Of its card, the masked number alone. */
export function StoryFacts({ payment }: { readonly payment: Payment }) {
  const { format } = useOperations();
  const { fact } = storyWords;
  const money = (minor: string) => (minor === '0' ? '' : format.money(minor, payment.currency));
  const batch = [
    payment.batchNumber ?? fact.openBatch,
    ...(payment.isSettled ? [fact.settled] : []),
  ];
  const facts = [
    [fact.kind, say(storyWords.kinds, payment.kind)],
    [fact.card, payment.maskedPan ?? ''],
    [fact.terminal, payment.terminalId],
    [fact.stan, payment.stan],
    [fact.merchant, payment.merchantId],
    [fact.reference, payment.retrievalReference ?? ''],
    [fact.approvalCode, payment.approvalCode ?? ''],
    [fact.authorised, money(payment.authorisedMinor)],
    [fact.captured, money(payment.capturedMinor)],
    [fact.refunded, money(payment.refundedMinor)],
    [fact.chargedBack, money(payment.chargedBackMinor)],
    [fact.batch, batch.join(', ')],
    [fact.reversal, payment.reversalReason && say(storyWords.answers, payment.reversalReason)],
  ].filter(([, value]) => value);
  return (
    <Panel title={storyWords.facts}>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name} className="fact">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

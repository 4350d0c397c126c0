import { expect, it } from 'vitest';
import { describeJournalContract } from './journal.contract.ts';
import { SimulatedJournal } from './journal.ts';

describeJournalContract('the simulated journal', async () => ({
  journal: new SimulatedJournal(),
  close: async () => {},
}));

it('fails from the n-th append on and keeps what came before', async () => {
  const journal = new SimulatedJournal({ failFromAppend: 2 });
  const event = { type: 'reversal-answered', atMs: 1, responseCode: '00' } as const;
  expect(await journal.append('p-1', event)).toEqual({ ok: true, value: undefined });
  for (let again = 0; again < 2; again++) {
    expect(await journal.append('p-1', event)).toMatchObject({
      ok: false,
      error: { kind: 'journal-full', effect: 'none' },
    });
  }
  expect(await journal.read('p-1')).toEqual({ ok: true, value: [event] });
});

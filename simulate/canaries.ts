/**
 * Bugs that are planted on request, each at the edge of a part: the simulation must find every one,
 * or it would not find the like when it is real.
 */
export const CANARIES = {
  'host-forgets-idempotency': 'the host takes a copy of a message for a new one',
  'host-forgets-reversals': 'the host confirms a reversal and does not carry it out',
  'host-forgets-refunds': 'the host confirms a refund and does not carry it out',
  'host-forgets-unknowns': 'the host does not end what an issuer did not answer',
  'host-counts-reversed': 'the host still counts a payment that it reversed itself',
  'host-keeps-holds': 'the host never lets go of what was held and not taken',
  'host-loses-commits': 'a commit is confirmed and was not made',
  'host-books-no-balance': "the kept balance of a card is not moved with its ledger's",
  'host-miscounts-batches': 'a batch is stored with another count than was confirmed',
  'audit-is-altered': 'an entry of the audit log is another than was written',
  'terminal-forgets-reversals': 'a terminal does not resolve what a crash left open',
  'terminal-forgets-sales': 'a terminal does not know that a sale was begun before',
  'till-renames-repeats': 'a follow-up that is sent again has a number of its own',
  'terminal-changes-repeats': 'a repeated message has a number of its own',
  'line-denies-sending': 'a lost message is reported as never sent',
  'decisions-drift': 'a stored decision is not what was decided',
  'chance-leaks': 'something depends on more than the seed; found by running twice',
} as const;

/** The name of a planted bug. */
export type Canary = keyof typeof CANARIES;

/** Whether there is a planted bug of this name. */
export function isCanary(name: string): name is Canary {
  return Object.hasOwn(CANARIES, name);
}

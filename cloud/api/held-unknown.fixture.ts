import type { TestTerminal } from '../acquirer/test-terminal.fixture.ts';
import type { RunningCloud } from '../running-cloud.fixture.ts';

/** A payment whose issuer did not answer, held so that the host cannot end it. */
export interface HeldUnknown {
  readonly stan: string;
  /** Lets the host end it. */
  release(): Promise<void>;
}

/** Sells to a card whose issuer answers late, and locks the row before the host has ended it. */
export async function holdUnknown(
  cloud: RunningCloud,
  terminal: TestTerminal,
  amountMinor: bigint,
): Promise<HeldUnknown> {
  const card = await cloud.card('everyday');
  await cloud.configure(card, { fault: 'late' });
  try {
    for (let attempt = 0; attempt < 10; attempt++) {
      const sale = terminal.sale(card, { amountMinor, verification: 'cdcvm' });
      await terminal.exchange(sale.bytes);
      const held = await lockUnknown(cloud, String(sale.message.fields[11]));
      if (held) return held;
    }
  } finally {
    await cloud.configure(card, { fault: 'none' });
  }
  throw new Error('the host was always quicker');
}

async function lockUnknown(cloud: RunningCloud, stan: string): Promise<HeldUnknown | undefined> {
  const { promise: isHeld, resolve: held } = Promise.withResolvers<boolean>();
  const { promise: isReleased, resolve: letGo } = Promise.withResolvers<void>();
  const locked = cloud.db.transaction().execute(async (unit) => {
    const row = await unit
      .selectFrom('transactions')
      .select('stan')
      .where('stan', '=', stan)
      .where('state', 'in', ['unknown', 'reversal-due'])
      .forUpdate()
      .executeTakeFirst();
    held(row !== undefined);
    if (row) await isReleased;
  });
  if (!(await isHeld)) return undefined;
  return {
    stan,
    async release() {
      letGo();
      await locked;
    },
  };
}

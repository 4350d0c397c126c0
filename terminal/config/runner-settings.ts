import { hex } from '#kernel/bytes/hex.ts';
import type { RunnerSettings } from '../runner/settings.ts';

/** What enrolment decides of a terminal's settings. */
export type EnrolledSettings = Pick<RunnerSettings, 'identity' | 'macKey'>;

/**
 * The settings of a fully online, attended till in the euro area: kernel 3 for wearables of our own
 * application and of its scheme, verification by the wearable itself from 50.00.
 */
export function runnerSettings(enrolled: EnrolledSettings): RunnerSettings {
  // TTQ: EMV mode, online capable; consumer device verification. The online cryptogram and
  // verification bits are set per transaction.
  const data = { '9F66': hex('20004000') };
  const limits = { transactionMinor: 1_000_000n, floorMinor: 0n, cvmRequiredMinor: 5_000n };
  const kernel3 = { kernelId: 3, limits, zeroAmountAllowed: false, data };
  return {
    ...enrolled,
    currency: '978',
    country: '372',
    channel: 'cashier',
    combinations: [
      { aid: 'F0544553534501', ...kernel3 },
      { aid: 'A000000003', ...kernel3 },
    ],
    terminalData: {
      // 9F33: no manual entry or magnetic stripe; no CVM of the terminal's own; no offline
      // authentication. 9F35: attended, online only, merchant.
      '9F33': hex('000800'),
      '9F35': hex('21'),
    },
    hostTimeoutMs: 10_000,
    presentations: 5,
    reversalDelaysMs: [1_000, 2_000, 5_000, 10_000, 30_000, 60_000],
  };
}

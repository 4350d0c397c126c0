import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { MacKeys } from '../runner/mac-keys.ts';
import type { RunnerSettings } from '../runner/settings.ts';
import demonstration from './emv-configuration.json' with { type: 'json' };
import { checkEmvConfiguration, type UsableConfiguration } from './emv-configuration.ts';

/** What enrolment decides of a terminal's settings. */
export interface EnrolledSettings extends Pick<RunnerSettings, 'identity'> {
  /** Two-key TDES, 16 bytes. */
  readonly macKey: SecretKey;
}

/** The settings of an attended till, its kernels as configured. */
export function runnerSettings(
  { identity, macKey }: EnrolledSettings,
  { configuration, caKeys }: UsableConfiguration = DEMONSTRATION,
): RunnerSettings {
  const { mode, currency, currencyExponent, country, combinations } = configuration;
  const { terminalData, terminalCategory, revokedCertificates } = configuration;
  return {
    identity,
    macKeys: new MacKeys(macKey),
    mode,
    currency,
    currencyExponent,
    country,
    channel: 'cashier',
    combinations,
    terminalData,
    ...(terminalCategory && { terminalCategory }),
    caKeys,
    revokedCertificates,
    hostTimeoutMs: 10_000,
    echoEveryMs: 60_000,
    presentations: 5,
    repeatDelaysMs: [1_000, 2_000, 5_000, 10_000, 30_000, 60_000],
    storeAndForwardLimit: 200,
  };
}

/**
 * A fully online till in the euro area: kernel 3 for wearables of our own application and of its
 * scheme, verification by the wearable itself from 50.00, no keys to trust.
 */
const DEMONSTRATION = ((): UsableConfiguration => {
  const checked = checkEmvConfiguration(demonstration, '');
  if (!checked.ok) throw new Error(`the demonstration's configuration: ${checked.error[0]?.kind}`);
  return checked.value;
})();

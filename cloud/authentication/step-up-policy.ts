import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';
import type { RelyingParty } from './assertion.ts';

/**
 * When a payment needs no verified person. Source: Commission Delegated Regulation (EU) 2018/389,
 * articles 11 (contactless at the point of sale), 18 and 19 with the annex (analysis of the risk of
 * remote payments; fraud rates over 90 rolling days).
 */
export interface StepUpPolicy {
  /** ISO 4217 numeric; in another currency there is no exemption. */
  readonly currency: number;
  /** Above this amount a contactless payment is never exempt. */
  readonly limitMinor: number;
  /** Since the person was last verified, the payment at hand included. */
  readonly contactless: { readonly cumulativeMinor: number; readonly taps: number };
  /** Rising; the first row with room for the amount tells how much known fraud it may have. */
  readonly riskAnalysis: readonly { readonly upToMinor: number; readonly fraudRate: number }[];
  /** Who asks for FIDO2 assertions; absent where none are taken. */
  readonly fido2?: RelyingParty;
}

/** Why a policy was refused. */
export type StepUpFault = Malformed<'bad-number' | 'bad-list' | 'bad-order' | 'bad-text'>;

/** Reads a policy from parsed JSON that stands at `path`. */
export function parseStepUpPolicy(json: unknown, path: string): Result<StepUpPolicy, StepUpFault> {
  const given = recordOf(json);
  const contactless = recordOf(given['contactless']);
  const [currency, limitMinor] = [given['currency'], given['limitMinor']];
  const [cumulativeMinor, taps] = [contactless['cumulativeMinor'], contactless['taps']];
  if (!isCount(currency) || currency > 999) return malformed('bad-number', `${path}.currency`, 0);
  if (!isCount(limitMinor)) return malformed('bad-number', `${path}.limitMinor`, 0);
  if (!isCount(cumulativeMinor))
    return malformed('bad-number', `${path}.contactless.cumulativeMinor`, 0);
  if (!isCount(taps)) return malformed('bad-number', `${path}.contactless.taps`, 0);
  const list = given['riskAnalysis'];
  if (!Array.isArray(list)) return malformed('bad-list', `${path}.riskAnalysis`, 0);
  const riskAnalysis: StepUpPolicy['riskAnalysis'][number][] = [];
  for (const [i, row] of list.entries()) {
    const { upToMinor, fraudRate } = recordOf(row);
    const at = `${path}.riskAnalysis[${i}]`;
    if (!isCount(upToMinor)) return malformed('bad-number', `${at}.upToMinor`, 0);
    if (typeof fraudRate !== 'number' || !(fraudRate >= 0 && fraudRate <= 1))
      return malformed('bad-number', `${at}.fraudRate`, 0);
    if (upToMinor <= (riskAnalysis.at(-1)?.upToMinor ?? -1))
      return malformed('bad-order', `${at}.upToMinor`, 0);
    riskAnalysis.push({ upToMinor, fraudRate });
  }
  const exemptions = { limitMinor, contactless: { cumulativeMinor, taps }, riskAnalysis };
  if (given['fido2'] === undefined) return ok({ currency, ...exemptions });
  const fido2 = parseRelyingParty(given['fido2'], `${path}.fido2`);
  return fido2.ok ? ok({ currency, ...exemptions, fido2: fido2.value }) : fido2;
}

function parseRelyingParty(json: unknown, path: string): Result<RelyingParty, StepUpFault> {
  const { relyingPartyId: id, origins } = recordOf(json);
  if (typeof id !== 'string' || id === '')
    return malformed('bad-text', `${path}.relyingPartyId`, 0);
  if (!Array.isArray(origins) || origins.length === 0)
    return malformed('bad-list', `${path}.origins`, 0);
  const odd = origins.findIndex((origin) => typeof origin !== 'string' || origin === '');
  if (odd >= 0) return malformed('bad-text', `${path}.origins[${odd}]`, 0);
  return ok({ id, origins });
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function recordOf(json: unknown): Record<string, unknown> {
  return (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
}

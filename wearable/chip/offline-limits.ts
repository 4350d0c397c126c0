import type { QvsdcProfile } from '../profile-applications.ts';
import type { ApplicationState } from '../state.ts';

type Limits = QvsdcProfile['offline'];

/**
 * Whether a payment may go without the issuer: in the right currency (4 digits), within the limits
 * of one payment and of all since the issuer answered, as it changed them (9F78, 9F54) or as the
 * profile has them.
 */
export function isWithinOfflineLimits(
  limits: Limits,
  { data, issuerAuthenticationFailed, offlineTotalMinor }: ApplicationState,
  amountMinor: number,
  currency: string,
): boolean {
  if (!limits || currency !== `0${limits.currency}` || issuerAuthenticationFailed) return false;
  const { '9F78': limit, '9F54': totalLimit } = data;
  const most = limit === undefined ? limits.limitMinor : Number(limit);
  const mostInAll = totalLimit === undefined ? limits.totalLimitMinor : Number(totalLimit);
  return amountMinor <= most && offlineTotalMinor + amountMinor <= mostInAll;
}

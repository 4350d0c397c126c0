import type { Answers } from './api-types.ts';

/** Why the cloud did not do it; `unreachable` is no answer at all. */
export type FailureKind =
  | 'unreachable'
  | 'logged-out'
  | 'wrong-key'
  | 'not-allowed'
  | 'too-many-requests'
  | 'not-found'
  | 'invalid-request'
  | 'broken';

/** What the cloud answered, or why it did not. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: FailureKind };

/** Who is logged in. */
export type Session = Answers['GET /v1/operations/session'];
/** How things stand. */
export type Overview = Answers['GET /v1/operations/overview'];
/** A page of payments. */
export type PaymentPage = Answers['GET /v1/transactions'];
/** A payment in a list. */
export type Payment = PaymentPage['transactions'][number];
/** All of one payment. */
export type Story = Answers['GET /v1/transactions/{terminalId}/{transmittedAt}/{stan}'];
/** Whether the audit log is as it was written. */
export type AuditReport = Answers['POST /v1/audit/verify'];
/** Whether the ledger adds up. */
export type LedgerReport = Answers['GET /v1/ledger/verify'];

/** What names a payment. */
export interface PaymentName {
  readonly terminalId: string;
  readonly transmittedAt: string;
  readonly stan: string;
}

const TIMEOUT_MS = 5_000;
/** Verification reads everything there is. */
const VERIFY_TIMEOUT_MS = 60_000;
const SESSION = '/v1/operations/session';

/** The cloud that served this page, asked with the session's cookie. Nothing here throws. */
export const cloud = {
  session: () => ask<Session>('GET', SESSION),
  logIn: (key: string) => ask<Session>('POST', SESSION, { body: { key } }),
  logOut: () => ask<unknown>('DELETE', SESSION),
  overview: () => ask<Overview>('GET', '/v1/operations/overview'),
  payments: (query: URLSearchParams) => ask<PaymentPage>('GET', `/v1/transactions?${query}`),
  story: ({ terminalId, transmittedAt, stan }: PaymentName) =>
    ask<Story>('GET', `/v1/transactions/${terminalId}/${transmittedAt}/${stan}`),
  verifyAudit: () =>
    ask<AuditReport>('POST', '/v1/audit/verify', { body: {}, timeoutMs: VERIFY_TIMEOUT_MS }),
  verifyLedger: () =>
    ask<LedgerReport>('GET', '/v1/ledger/verify', { timeoutMs: VERIFY_TIMEOUT_MS }),
};

async function ask<T>(
  method: string,
  route: string,
  options: { readonly body?: object; readonly timeoutMs?: number } = {},
): Promise<Answer<T>> {
  const { body, timeoutMs = TIMEOUT_MS } = options;
  try {
    const response = await fetch(route, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const answered: unknown = await response.json();
    if (response.ok) return { ok: true, value: answered as T };
    return { ok: false, failure: failureOf(Reflect.get(Object(answered), 'kind')) };
  } catch {
    return { ok: false, failure: 'unreachable' };
  }
}

/** A cookie that is not taken any more is `wrong-key` to the cloud, as a key would be. */
function failureOf(kind: unknown): FailureKind {
  switch (kind) {
    case 'no-key':
      return 'logged-out';
    case 'wrong-scope':
      return 'not-allowed';
    case 'wrong-key':
    case 'too-many-requests':
    case 'not-found':
    case 'invalid-request':
      return kind;
    case 'unavailable':
      return 'unreachable';
    default:
      return 'broken';
  }
}

/** Whether one has to log in again. */
export function isLoggedOut(failure: FailureKind): boolean {
  return failure === 'logged-out' || failure === 'wrong-key';
}

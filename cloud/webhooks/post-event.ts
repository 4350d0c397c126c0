import { type LookupAddress, type LookupAllOptions, lookup } from 'node:dns';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { LookupFunction } from 'node:net';
import { errorCode } from '../store/database.ts';
import { hostOf, isAllowedAddress, refuseTarget, type TargetRules } from './target.ts';

/** What became of an attempt. `status` is the receiver's. */
export type Outcome =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterS: number }
  | { readonly kind: 'timeout' | 'refused-address' | 'unknown-host' | 'tls' | 'connection' };

/** An event on its way. */
export interface Posted {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How it is sent. */
export interface PostRules extends TargetRules {
  /** From the look-up of the name to the receiver's status. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Says what a name stands for; the system does unless given. */
  readonly lookUp?: LookUp;
}

type LookUp = (
  hostname: string,
  options: LookupAllOptions,
  callback: (cause: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * Posts an event and waits for the status alone: what else is answered is not read, and no
 * redirection is followed. The address that a name stands for is looked at before it is connected
 * to, and it is that one that is connected to. Never rejects.
 */
export function postEvent({ url, headers, body }: Posted, rules: PostRules): Promise<Outcome> {
  if (refuseTarget(url, rules)) return Promise.resolve({ kind: 'refused-address' });
  const target = new URL(url);
  const request = target.protocol === 'https:' ? requestSecure : requestPlain;
  const timeout = AbortSignal.timeout(rules.timeoutMs);
  return new Promise((resolve) => {
    const sent = request(
      {
        ...{ protocol: target.protocol, host: hostOf(target), port: target.port },
        ...{ path: `${target.pathname}${target.search}`, method: 'POST', agent: false },
        lookup: guardedLookup(rules),
        signal: AbortSignal.any([timeout, rules.signal]),
        headers: {
          ...headers,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'tessera-webhooks/1',
        },
      },
      (answer) => {
        const { statusCode: status = 0, headers: said } = answer;
        const retryAfter = said['retry-after'] ?? '';
        answer.destroy();
        resolve({
          ...{ kind: 'answered', status },
          retryAfterS: /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : 0,
        });
      },
    );
    sent.on('error', (cause) => resolve({ kind: timeout.aborted ? 'timeout' : whyOf(cause) }));
    sent.end(body);
  });
}

const REFUSED = 'REFUSED_ADDRESS';

/** A name with one address that is refused is refused: it may be another one the next time. */
function guardedLookup(rules: PostRules): LookupFunction {
  const lookUp: LookUp = rules.lookUp ?? lookup;
  return (hostname, options, callback) => {
    lookUp(hostname, { ...options, all: true }, (cause, addresses) => {
      if (cause) return callback(cause, '');
      const [first] = addresses;
      const isRefused = addresses.some(({ address }) => !isAllowedAddress(address, rules));
      if (!first || isRefused) {
        return callback(Object.assign(new Error('refused'), { code: REFUSED }), '');
      }
      if (options.all) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

function whyOf(cause: unknown): Exclude<Outcome['kind'], 'answered'> {
  const code = errorCode(cause);
  if (code === REFUSED) return 'refused-address';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown-host';
  return /TLS|CERT|SSL|SELF_SIGNED|UNABLE_TO_|EPROTO/.test(code) ? 'tls' : 'connection';
}

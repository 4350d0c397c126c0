import { BlockList, isIP } from 'node:net';

/** Whether a development machine may send to itself. */
export interface TargetRules {
  readonly allowsLoopback: boolean;
}

/** Why an address is not sent to. */
export type TargetRefusal = 'not-a-url' | 'not-https' | 'has-credentials' | 'private-address';

/**
 * Says why nothing may be sent to a URL, as far as the text tells: HTTPS alone, no user name, no
 * address that is not public. A name is looked up when it is sent to (`isAllowedAddress`).
 */
export function refuseTarget(text: string, rules: TargetRules): TargetRefusal | undefined {
  if (!URL.canParse(text)) return 'not-a-url';
  const url = new URL(text);
  const host = hostOf(url);
  const isLocal = host === 'localhost' || (isIP(host) !== 0 && isLoopback(host));
  const isPlain = url.protocol === 'http:' && rules.allowsLoopback && isLocal;
  if (url.protocol !== 'https:' && !isPlain) return 'not-https';
  if (url.username !== '' || url.password !== '') return 'has-credentials';
  if (isLocal && !rules.allowsLoopback) return 'private-address';
  if (isIP(host) !== 0 && !isAllowedAddress(host, rules)) return 'private-address';
  return undefined;
}

/** The name or address of a URL; of IPv6 without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/**
 * Whether an address is one of the public internet, or of this machine where that is allowed.
 * Source: IANA IPv4 and IPv6 Special-Purpose Address Registries; of IPv6 only 2000::/3 is global
 * unicast.
 */
export function isAllowedAddress(address: string, { allowsLoopback }: TargetRules): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  if (isLoopback(address)) return allowsLoopback;
  if (version === 4) return !SPECIAL.check(address, 'ipv4');
  return GLOBAL_UNICAST.check(address, 'ipv6') && !SPECIAL.check(address, 'ipv6');
}

function isLoopback(address: string): boolean {
  return LOOPBACK.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

const LOOPBACK = listOf('127.0.0.0/8', '::1/128');
const GLOBAL_UNICAST = listOf('2000::/3');
const SPECIAL = listOf(
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16'],
  ...['172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24'],
  ...['192.88.99.0/24', '192.168.0.0/16', '192.175.48.0/24', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
  // Protocol assignments with Teredo, 6to4, documentation: what they wrap or stand for is not seen.
  ...['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'],
);

function listOf(...ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [net = '', prefix] = range.split('/');
    list.addSubnet(net, Number(prefix), net.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

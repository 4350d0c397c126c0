import { openTlsHostLink, type TlsHostLink } from '#drivers/host-tls/tls-host-link.ts';
import type { Result } from '#kernel/bytes/result.ts';
import { lengthPrefixed } from '#kernel/iso8583/framing.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { Enrolment } from '../config/enrolment.ts';

const MAX_MESSAGE_BYTES = 4096;
const CONNECT_TIMEOUT_MS = 5_000;

/** Opens the line to the acquirer that enrolled this terminal. */
export function openEnrolledHost(enrolment: Enrolment): Result<TlsHostLink, PortFailure> {
  return openTlsHostLink({
    host: enrolment.host,
    port: enrolment.port,
    serverName: enrolment.serverName,
    caCertificatePem: enrolment.caCertificatePem,
    certificatePem: enrolment.certificatePem,
    privateKeyPem: enrolment.privateKeyPem,
    framing: lengthPrefixed(MAX_MESSAGE_BYTES),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    backoff: { firstMs: 100, maxMs: 5_000, random: Math.random },
  });
}

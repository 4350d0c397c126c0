import type { Context, SpanContext, Tracer } from '@opentelemetry/api';
import type { ObservedAuthorisation } from '../api/metrics.ts';

/** A request of the API that was answered. */
export interface ObservedRequest {
  readonly method: string;
  /** The pattern of its address. */
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  /** W3C Trace Context, as it came; not yet looked at. */
  readonly traceparent: string | undefined;
}

/** Tells a collector how long what took. */
export interface Traces {
  authorised(authorisation: ObservedAuthorisation): void;
  answered(request: ObservedRequest): void;
  /** Sends what is not sent yet. */
  stop(): Promise<void>;
}

/** Where traces go, and how many. */
export interface TraceSettings {
  /** OTLP over HTTP; `/v1/traces` is put behind it. */
  readonly endpoint: string;
  readonly serviceName?: string;
  /** Which share of traces that did not begin elsewhere, 0 to 1; undefined is all. */
  readonly share?: number;
  readonly flushEveryMs?: number;
}

const FLUSH_EVERY_MS = 1_000;

/**
 * Sends traces by OpenTelemetry. Spans are made of what was timed anyway, once an answer is out;
 * the libraries are loaded here alone, so that without a collector nothing of it is in the process.
 * A span holds what a log may: no card, no token, no amount.
 */
export async function openTraces(settings: TraceSettings): Promise<Traces> {
  const [api, sdk, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const { endpoint, serviceName = 'tessera-cloud', share = 1 } = settings;
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const scheduledDelayMillis = settings.flushEveryMs ?? FLUSH_EVERY_MS;
  const provider = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter, scheduledDelayMillis })],
  });
  const tracer = provider.getTracer('tessera');
  const { ROOT_CONTEXT, SpanKind, trace } = api;
  return {
    authorised: (authorisation) => {
      const kind = SpanKind.SERVER;
      const within = (span: Parameters<typeof trace.setSpan>[1]) =>
        trace.setSpan(ROOT_CONTEXT, span);
      spanAuthorisation(tracer, authorisation, { kind, root: ROOT_CONTEXT, within });
    },
    answered: ({ method, route, status, durationMs, traceparent }) => {
      const remote = readTraceparent(traceparent);
      const parent = remote ? trace.setSpanContext(ROOT_CONTEXT, remote) : ROOT_CONTEXT;
      const endTime = Date.now();
      const attributes = {
        'http.request.method': method,
        'http.route': route,
        'http.response.status_code': status,
      };
      const startTime = endTime - durationMs;
      const options = { kind: SpanKind.SERVER, startTime, attributes };
      tracer.startSpan(`${method} ${route}`, options, parent).end(endTime);
    },
    stop: () => provider.shutdown().catch(() => undefined),
  };
}

interface Making {
  readonly kind: number;
  readonly root: Context;
  readonly within: (span: ReturnType<Tracer['startSpan']>) => Context;
}

/** One span of the whole, and one of each part that was timed, in their order. */
function spanAuthorisation(
  tracer: Tracer,
  { kind, responseCode, durationMs, parts }: ObservedAuthorisation,
  making: Making,
): void {
  const endMs = Date.now();
  const startMs = endMs - durationMs;
  const attributes = {
    'tessera.kind': kind,
    'tessera.response_code': responseCode,
    'tessera.terminal_id': parts.terminalId,
    'tessera.stan': parts.stan,
  };
  const options = { kind: making.kind, startTime: startMs, attributes };
  const whole = tracer.startSpan('authorisation', options, making.root);
  const decidedMs = startMs + parts.decidedAfterMs;
  const scoringMs = decidedMs - parts.scoringMs;
  const verificationMs = scoringMs - parts.verificationMs;
  for (const [name, fromMs, untilMs] of [
    ['account', startMs, verificationMs],
    ['verification', verificationMs, scoringMs],
    ['scoring', scoringMs, decidedMs],
    ['commit', decidedMs, startMs + parts.committedAfterMs],
  ] as const) {
    tracer.startSpan(name, { startTime: fromMs }, making.within(whole)).end(untilMs);
  }
  whole.end(endMs);
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/**
 * Reads where a trace began; `undefined` where that is not said as it must be. Source: W3C Trace
 * Context, 3.2: version 00, trace, parent, flags of which the last bit is `sampled`; none all zero.
 */
export function readTraceparent(text: string | undefined): SpanContext | undefined {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
}

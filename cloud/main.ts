import { parseArgs } from 'node:util';
import { type Cloud, type CloudOptions, startCloud } from './cloud.ts';
import { errorCode } from './store/database.ts';

const HELP = `The cloud of Tessera: acquirer host, scoring, ledger, and an issuer simulator.

  node cloud/main.ts --data-dir DIR [options]

  --data-dir DIR        database, keys and enrolment are kept here
  --port N              where terminals connect; 0, the default, is the port of
                        the last time, or any
  --api-port N          where the API listens, on loopback; the same holds for 0
  --database-url URL    a PostgreSQL to use instead of the embedded one
                        (also: TESSERA_DATABASE_URL)
  --owner-database-url URL
                        the same as who owns its tables: migrates, and gives the
                        user of --database-url no more than the acquirer needs
                        (also: TESSERA_OWNER_DATABASE_URL)
  --nats-url URL        a NATS with JetStream, where several nodes use that
                        database (also: TESSERA_NATS_URL)
  --rules FILE          rules to decide by; the default ones unless given
  --model FILE          a model of tessera score train --decisions; none unless given
  --challenger-rules FILE, --challenger-model FILE
                        scored and logged beside them; they decide nothing
  --webhook-timeout-ms N
                        how long a receiver of events may take; 10000 unless given
  --webhooks-to-loopback
                        events may be sent to this machine, also without TLS
  --help                this text

Traces go to OTEL_EXPORTER_OTLP_ENDPOINT (OTLP over HTTP), if it is set; also
read: OTEL_SERVICE_NAME, and OTEL_TRACES_SAMPLER_ARG for a share of them.
`;

const log = (line: string): void => void process.stderr.write(`cloud: ${line}\n`);
const record = (line: string): void => void process.stderr.write(line);
process.exitCode = await main();
if (process.connected) process.disconnect();

/** Runs a cloud until it is told to stop; the exit code. */
async function main(): Promise<number> {
  const options = readOptions();
  if (!options) return 2;
  if (options === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'disconnect']) {
    process.on(signal, () => stopping.abort());
  }
  // Our parent may have gone while this program was being loaded.
  if (process.send && !process.connected) stopping.abort();
  const start = performance.now();
  let code = 0;
  const databaseLost = () => {
    log('PostgreSQL ended by itself');
    code = 1;
    stopping.abort();
  };
  let cloud: Cloud;
  try {
    cloud = await startCloud(options, { log, record, databaseLost }, stopping.signal);
  } catch (cause) {
    if (stopping.signal.aborted) return code;
    log(`cannot start: ${describe(cause)}`);
    return 1;
  }
  log(`ready after ${Math.round(performance.now() - start)} ms`);
  const { port, apiPort, enrolmentDir, databaseUrl } = cloud;
  process.send?.({ type: 'ready', port, apiPort, enrolmentDir, databaseUrl });
  await aborted(stopping.signal);
  await cloud.stop();
  log('stopped');
  return code;
}

function readOptions(): CloudOptions | 'help' | undefined {
  try {
    const { values } = parseArgs({
      options: {
        'data-dir': { type: 'string' },
        port: { type: 'string', default: '0' },
        'api-port': { type: 'string', default: '0' },
        'database-url': { type: 'string' },
        'owner-database-url': { type: 'string' },
        'nats-url': { type: 'string' },
        rules: { type: 'string' },
        model: { type: 'string' },
        'challenger-rules': { type: 'string' },
        'challenger-model': { type: 'string' },
        'webhook-timeout-ms': { type: 'string', default: '10000' },
        'webhooks-to-loopback': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return 'help';
    const port = portOf('--port', values.port);
    const apiPort = portOf('--api-port', values['api-port']);
    const dataDir = values['data-dir'];
    if (!dataDir) throw new Error('--data-dir is missing');
    const databaseUrl = values['database-url'] ?? process.env['TESSERA_DATABASE_URL'];
    const ownerDatabaseUrl =
      values['owner-database-url'] ?? process.env['TESSERA_OWNER_DATABASE_URL'];
    if (ownerDatabaseUrl && !databaseUrl) throw new Error('--database-url is missing');
    const natsUrl = values['nats-url'] ?? process.env['TESSERA_NATS_URL'];
    if (natsUrl) {
      if (!databaseUrl) throw new Error('--nats-url is for nodes with one --database-url');
      if (!isNatsUrl(natsUrl)) throw new Error('--nats-url is nats://HOST:PORT or tls://HOST:PORT');
    }
    const { rules, model } = values;
    const challengerRules = values['challenger-rules'];
    const challengerModel = values['challenger-model'];
    const scorerFiles = {
      ...(rules && { rules }),
      ...(model && { model }),
      ...(challengerRules && { challengerRules }),
      ...(challengerModel && { challengerModel }),
    };
    const urls = {
      ...(databaseUrl && { databaseUrl }),
      ...(ownerDatabaseUrl && { ownerDatabaseUrl }),
      ...(natsUrl && { natsUrl }),
    };
    const webhooks = {
      timeoutMs: timeoutOf(values['webhook-timeout-ms']),
      allowsLoopback: values['webhooks-to-loopback'],
    };
    return { dataDir, port, apiPort, scorerFiles, webhooks, ...urls, ...traceOptions() };
  } catch (cause) {
    process.stderr.write(`${cause instanceof Error ? cause.message : 'bad options'}\n\n${HELP}`);
    return undefined;
  }
}

function isNatsUrl(text: string): boolean {
  return URL.canParse(text) && ['nats:', 'tls:'].includes(new URL(text).protocol);
}

function portOf(name: string, text: string): number {
  const isPort = /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
  if (!isPort) throw new Error(`${name} is 0 to 65535`);
  return Number(text);
}

/** Source: OpenTelemetry specification, environment variables. */
function traceOptions(): Pick<CloudOptions, 'traces'> {
  const { env } = process;
  const endpoint = env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (!endpoint) return {};
  if (!URL.canParse(endpoint)) throw new Error('OTEL_EXPORTER_OTLP_ENDPOINT is no URL');
  const serviceName = env['OTEL_SERVICE_NAME'];
  const share = Number(env['OTEL_TRACES_SAMPLER_ARG'] ?? 1);
  if (!(share >= 0 && share <= 1)) throw new Error('OTEL_TRACES_SAMPLER_ARG is 0 to 1');
  return { traces: { endpoint, share, ...(serviceName && { serviceName }) } };
}

function timeoutOf(text: string): number {
  if (!/^[1-9]\d{2,4}$/.test(text)) throw new Error('--webhook-timeout-ms is 100 to 99999');
  return Number(text);
}

/** A connection error may quote a URL with its password; its code is enough. */
function describe(cause: unknown): string {
  const code = errorCode(cause);
  if (code !== 'unknown') return code;
  return cause instanceof Error ? cause.message : 'unknown';
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}

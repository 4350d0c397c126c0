import { mkdir } from 'node:fs/promises';
import type { Acquirer } from './acquirer/acquirer.ts';
import { DEMO_CARDS, openAccounts } from './acquirer/demo-cards.ts';
import { type Enrolment, HOST, openEnrolment } from './acquirer/enrolment.ts';
import { expireHolds } from './acquirer/expire-holds.ts';
import { ownIssuer, PUBLISHED_TEST_ISSUER } from './acquirer/issuers.ts';
import { type HostMemory, resolveUnknowns } from './acquirer/resolve-unknown.ts';
import { enrolOnce, terminalRegistry } from './acquirer/terminal-registry.ts';
import { type AcquirerServer, startServer } from './acquirer/tls-server.ts';
import { Metrics, type ObservedAuthorisation } from './api/metrics.ts';
import { auditScorers, storeScorers } from './scoring/decision-store.ts';
import { readScorers, type ScorerFiles } from './scoring/scorer-files.ts';
import { startScoring } from './start-scoring.ts';
import { errorCode, openDatabase, type Queries } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { startCluster } from './store/postgres/cluster.ts';
import { grantAcquirer, openAcquirerRole } from './store/roles.ts';
import { openSecrets, type Secrets } from './store/secrets.ts';
import { openTraces, type TraceSettings, type Traces } from './traces/traces.ts';
import { dispatchWebhooks, type WebhookSettings } from './webhooks/dispatcher.ts';

/** What a cloud is started with. */
export interface CloudOptions {
  readonly dataDir: string;
  /** Undefined is the port of the last time, or any. */
  readonly port?: number;
  /** The same of the API. */
  readonly apiPort?: number;
  /** Undefined is an embedded PostgreSQL in the data directory. */
  readonly databaseUrl?: string;
  /**
   * Who owns the tables of that database: it migrates, and gives the role of `databaseUrl` what the
   * acquirer needs and no more. Undefined is that role itself.
   */
  readonly ownerDatabaseUrl?: string;
  /** The NATS by which several nodes on that database tell each other; undefined is only one. */
  readonly natsUrl?: string;
  /** Rules and models; undefined is the default rules alone. */
  readonly scorerFiles?: ScorerFiles;
  /** How events are sent; undefined is to the public internet alone, within ten seconds. */
  readonly webhooks?: Partial<WebhookSettings>;
  /** Where traces go; undefined is nowhere. */
  readonly traces?: TraceSettings;
}

const WEBHOOKS: WebhookSettings = { allowsLoopback: false, timeoutMs: 10_000 };

/** A cloud that answers. */
export interface Cloud {
  readonly port: number;
  readonly apiPort: number;
  readonly enrolmentDir: string;
  /** As the owner of the tables, where that is known. */
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** What a cloud tells the world outside. */
export interface CloudEvents {
  /** One line for people. */
  readonly log: (line: string) => void;
  /** One line of JSON for machines: what the API answered. */
  readonly record: (line: string) => void;
  /** The embedded PostgreSQL ended by itself; nothing can be answered any more. */
  readonly databaseLost: () => void;
}

/**
 * Starts a cloud. Rejects when it cannot, or when `signal` is aborted before it answers; nothing of
 * it runs then.
 */
export async function startCloud(
  options: CloudOptions,
  events: CloudEvents,
  signal: AbortSignal,
): Promise<Cloud> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await next();
  };
  const phase = phaseClock(events.log, signal);
  // It is loaded while the database starts.
  const loading = import('./api/serve-api.ts');
  try {
    // What is private in it is so by itself; PostgreSQL's user must be able to pass through.
    await mkdir(options.dataDir, { recursive: true, mode: 0o711 });
    const secrets = await openSecrets(options.dataDir);
    const read = await readScorers(options.scorerFiles ?? {});
    if (!read.ok) throw new Error(read.error);
    const enrolment = await openEnrolment(options.dataDir, secrets.issuerMasterKey, new Date());
    phase('enrolment');
    const ownerUrl = options.databaseUrl ?? (await startDatabase(options, events, signal, stops));
    phase('PostgreSQL');
    const { acquirerUrl, databaseUrl } = await prepareDatabase(options, ownerUrl);
    const db = openDatabase(acquirerUrl);
    stops.push(() => db.destroy());
    await openAccounts(db, DEMO_CARDS, secrets.tokenKey, secrets.pinVerificationKey);
    await enrolOnce(db, enrolment.terminal, secrets.keyProtectionKey, new Date());
    await storeScorers(db, read.value, new Date());
    await auditScorers(db, read.value, new Date());
    const { natsUrl } = options;
    phase('schema and accounts');
    const scoring = await startScoring({ db, natsUrl, log: events.log, stops }, read.value);
    const metrics = new Metrics();
    const traces = options.traces && (await openTraces(options.traces));
    if (traces) stops.push(() => traces.stop());
    const observed = { ...scoring, metrics, traces };
    const server = await listen(options, db, secrets, enrolment, observed, events.log);
    stops.push(() => server.stop());
    stops.push(keepResolving(db, scoring, events.log));
    await enrolment.publish(server.port);
    phase(`listening on ${HOST}:${server.port}`);
    const webhooks = { ...WEBHOOKS, ...options.webhooks };
    const { keyProtectionKey } = secrets;
    const dispatching = dispatchWebhooks({
      ...{ db, keyProtectionKey, settings: webhooks, log: events.log },
      attempted: (state) => metrics.webhookAttempted(state),
    });
    stops.push(dispatching);
    const api = await (await loading).serveApi(options.apiPort, events, {
      ...{ db, dataDir: options.dataDir, acquirer: server, host: HOST, metrics, traces },
      ...{ keyProtectionKey, scorers: scoring.scorers, webhookTargets: webhooks },
      now: () => new Date(),
    });
    stops.push(() => api.stop());
    phase(`API on http://${HOST}:${api.port}`);
    return {
      ...{ port: server.port, apiPort: api.port, enrolmentDir: enrolment.folder },
      ...{ databaseUrl, stop },
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/** Ends again and again what is unknown or held for too long, also what a crash left. */
function keepResolving(
  db: Queries,
  memory: HostMemory,
  log: (line: string) => void,
): () => Promise<void> {
  let last = Promise.resolve();
  const resolve = async () => {
    const ended = await resolveUnknowns(db, new Date(), memory);
    if (ended > 0) log(`ended ${ended} payments whose issuer did not answer`);
    const expired = await expireHolds(db, new Date());
    if (expired > 0) log(`let go of ${expired} payments that were held and not taken`);
  };
  const timer = setInterval(() => {
    last = last.then(resolve).catch((cause) => {
      log(`could not end what is unknown: database-failure ${errorCode(cause)}`);
    });
  }, RESOLVE_EVERY_MS);
  return () => {
    clearInterval(timer);
    return last;
  };
}

const RESOLVE_EVERY_MS = 2_000;

async function startDatabase(
  { dataDir }: CloudOptions,
  events: CloudEvents,
  signal: AbortSignal,
  stops: (() => Promise<void>)[],
): Promise<string> {
  const cluster = await startCluster(dataDir, signal);
  stops.push(() => cluster.stop());
  cluster.onLost(events.databaseLost);
  events.log(`PostgreSQL was ${cluster.how}`);
  return cluster.databaseUrl;
}

/** Migrates as the owner; whom the acquirer connects as, and whom who administers. */
async function prepareDatabase(
  options: CloudOptions,
  url: string,
): Promise<{ readonly acquirerUrl: string; readonly databaseUrl: string }> {
  const databaseUrl = options.ownerDatabaseUrl ?? url;
  const owner = openDatabase(databaseUrl);
  try {
    await migrate(owner);
    if (options.databaseUrl && !options.ownerDatabaseUrl) return { acquirerUrl: url, databaseUrl };
    const acquirerUrl = options.databaseUrl ?? (await openAcquirerRole(owner, url));
    await grantAcquirer(owner, decodeURIComponent(new URL(acquirerUrl).username));
    return { acquirerUrl, databaseUrl };
  } finally {
    await owner.destroy();
  }
}

/** Listens where the terminal was told to look; if that is taken by now, somewhere else. */
async function listen(
  options: CloudOptions,
  db: Queries,
  secrets: Secrets,
  enrolment: Enrolment,
  scoring: Pick<Acquirer, 'scorers' | 'velocity' | 'outbox'> & {
    readonly metrics: Metrics;
    readonly traces: Traces | undefined;
  },
  log: (line: string) => void,
): Promise<AcquirerServer> {
  const settings = {
    acquirer: {
      db,
      issuers: [ownIssuer(secrets), PUBLISHED_TEST_ISSUER],
      tokenKey: secrets.tokenKey,
      keyProtectionKey: secrets.keyProtectionKey,
      scorers: scoring.scorers,
      velocity: scoring.velocity,
      ...(scoring.outbox && { outbox: scoring.outbox }),
      observe: (authorisation: ObservedAuthorisation) => {
        scoring.metrics.authorised(authorisation);
        scoring.traces?.authorised(authorisation);
      },
      now: () => new Date(),
    },
    terminals: terminalRegistry(db, secrets.keyProtectionKey),
    credentials: enrolment.credentials,
    host: HOST,
    log,
  };
  if (options.port) return startServer({ ...settings, port: options.port });
  try {
    return await startServer({ ...settings, port: enrolment.rememberedPort ?? 0 });
  } catch (cause) {
    if (errorCode(cause) !== 'EADDRINUSE') throw cause;
    log(`port ${enrolment.rememberedPort} is taken; the enrolment will name another`);
    return startServer({ ...settings, port: 0 });
  }
}

/** Says how long each part of the start took; throws between two parts if it is to be given up. */
function phaseClock(log: (line: string) => void, signal: AbortSignal): (name: string) => void {
  let last = performance.now();
  return (name) => {
    const now = performance.now();
    log(`${name}: ${Math.round(now - last)} ms`);
    last = now;
    signal.throwIfAborted();
  };
}

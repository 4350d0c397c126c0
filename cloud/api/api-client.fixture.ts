import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunningCloud } from '../running-cloud.fixture.ts';

/** What the API said. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it as it likes
  readonly body: any;
}

/** What was asked and answered. */
export interface Exchange {
  readonly method: string;
  /** Without what comes behind `?`. */
  readonly path: string;
  readonly status: number;
  readonly type: string;
  readonly body: unknown;
}

/** A program that uses the API over HTTP. */
export class ApiClient {
  readonly base: string;
  readonly #key: string | undefined;
  /** Everything it was ever answered. */
  readonly heard: string[] = [];
  readonly exchanges: Exchange[] = [];

  constructor(base: string, key?: string) {
    this.base = base;
    this.#key = key;
  }

  /** With the operator's key of this cloud. */
  static async operator(running: RunningCloud): Promise<ApiClient> {
    const base = `http://127.0.0.1:${running.cloud.apiPort}`;
    return new ApiClient(base, await ApiClient.operatorKey(running));
  }

  /** The operator's key itself. */
  static async operatorKey({ dataDir }: RunningCloud): Promise<string> {
    return JSON.parse(await readFile(path.join(dataDir, 'api.json'), 'utf8')).operatorKey;
  }

  /** With a new key of a merchant, made by the operator. */
  async merchant(
    { dataDir }: RunningCloud,
    scopes: readonly string[],
    options: { readonly merchantId?: string; readonly requestsPerMinute?: number } = {},
  ): Promise<ApiClient> {
    const { merchantId = 'TESSERA00000001', ...rest } = options;
    const added = await this.post('/v1/keys', { name: 'Shop', merchantId, scopes, ...rest });
    if (added.status !== 201) throw new Error(`no key: ${added.text}`);
    const { key } = JSON.parse(await readFile(path.join(dataDir, added.body.file), 'utf8'));
    return new ApiClient(this.base, key);
  }

  get(route: string): Promise<ApiAnswer> {
    return this.send('GET', route);
  }

  post(route: string, body: unknown): Promise<ApiAnswer> {
    return this.send('POST', route, JSON.stringify(body));
  }

  delete(route: string): Promise<ApiAnswer> {
    return this.send('DELETE', route);
  }

  async send(
    method: string,
    route: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ApiAnswer> {
    const answer = await fetch(`${this.base}${route}`, {
      method,
      headers: {
        ...(this.#key !== undefined && { authorization: `Bearer ${this.#key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    });
    const text = await answer.text();
    this.heard.push(text);
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    const { status } = answer;
    const json = isJson ? JSON.parse(text) : undefined;
    const [path = ''] = route.split('?');
    const type = answer.headers.get('content-type') ?? '';
    this.exchanges.push({ method, path, status, type, body: json ?? text });
    return { status, text, headers: answer.headers, body: json };
  }
}

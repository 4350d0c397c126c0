import { errorCode } from '../store/database.ts';
import { type Api, type ApiSettings, startApi } from './api.ts';
import { openOperatorFile } from './operator-file.ts';

/** Where it is said that the API is not where it was. */
interface ApiEvents {
  readonly log: (line: string) => void;
  readonly record: (line: string) => void;
}

/** Starts the API where it listened last; if that is taken by now, somewhere else. */
export async function serveApi(
  port: number | undefined,
  { log, record }: ApiEvents,
  settings: Omit<ApiSettings, 'port' | 'record'>,
): Promise<Api> {
  const operator = await openOperatorFile(settings.dataDir, settings.db);
  const listen = async (): Promise<Api> => {
    if (port) return startApi({ ...settings, record, port });
    const { rememberedPort = 0 } = operator;
    try {
      return await startApi({ ...settings, record, port: rememberedPort });
    } catch (cause) {
      if (errorCode(cause) !== 'EADDRINUSE') throw cause;
      log(`port ${rememberedPort} is taken; api.json will name another`);
      return startApi({ ...settings, record, port: 0 });
    }
  };
  const api = await listen();
  await operator.publish(api.port);
  return api;
}

import { z } from 'zod';
import { type ListedEndpoint, listEndpoints } from '../webhooks/endpoints.ts';
import type { ApiContext } from './context.ts';
import { Problem } from './problem.ts';

/** The name of an endpoint. */
export const ENDPOINT_ID = z.string().regex(/^wh_[0-9a-f]{16}$/);

/** What every route of one endpoint has in its address. */
export const ENDPOINT = z.strictObject({ endpointId: ENDPOINT_ID });

/** The endpoint, if it is there and the caller's. Throws a problem, `not-found`, else. */
export async function expectEndpoint(
  { db }: Pick<ApiContext, 'db'>,
  { endpointId }: z.infer<typeof ENDPOINT>,
  { merchantId }: { readonly merchantId: string | null },
): Promise<ListedEndpoint> {
  const all = await listEndpoints(db, merchantId);
  const found = all.find((each) => each.endpointId === endpointId);
  if (!found) throw new Problem('not-found', 'endpointId');
  return found;
}

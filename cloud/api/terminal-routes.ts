import path from 'node:path';
import { z } from 'zod';
import { enrolAnother } from '../acquirer/enrolment.ts';
import { listTerminals, revokeTerminal } from '../acquirer/terminal-registry.ts';
import { writePrivateJson } from '../store/private-file.ts';
import { callerOf } from './authenticate.ts';
import type { ApiContext } from './context.ts';
import { createOnce } from './create-once.ts';
import { privateFolder } from './private-folder.ts';
import { Problem } from './problem.ts';
import { AT, MERCHANT_ID, NAME, TERMINAL_ID } from './shapes.ts';
import type { ApiServer } from './zod-provider.ts';

const TERMINAL = z.object({
  terminalId: z.string(),
  merchantId: z.string(),
  enrolledAt: AT,
  revokedAt: AT.nullable(),
});

const NEW_TERMINAL = z.strictObject({
  terminalId: TERMINAL_ID,
  merchantId: MERCHANT_ID,
  merchantName: NAME,
  merchantAddress: NAME,
});

/** Terminals: listed, enrolled, revoked. Their keys are in no answer. */
export function addTerminalRoutes(app: ApiServer, context: ApiContext): void {
  const { db, dataDir, now } = context;
  app.get(
    '/v1/terminals',
    {
      config: { scope: 'terminals:read' },
      schema: {
        summary: 'Terminals',
        response: { 200: z.object({ terminals: z.array(TERMINAL) }) },
      },
    },
    async (request) => {
      const { merchantId } = callerOf(request);
      const terminals = (await listTerminals(db)).filter(
        (terminal) => merchantId === null || terminal.merchantId === merchantId,
      );
      return {
        terminals: terminals.map((terminal) => ({
          ...terminal,
          enrolledAt: terminal.enrolledAt.toISOString(),
          revokedAt: terminal.revokedAt?.toISOString() ?? null,
        })),
      };
    },
  );
  app.post(
    '/v1/terminals',
    {
      config: { scope: 'terminals:write', isCreating: true },
      schema: {
        summary: 'Enrol a terminal; what it is given is put into a file for the operator alone',
        body: NEW_TERMINAL,
        response: { 201: z.object({ terminalId: TERMINAL_ID, file: z.string() }) },
      },
    },
    (request, reply) =>
      createOnce(request, reply, context, async (unit) => {
        const { body } = request;
        const { terminalId } = body;
        const isKnown = (await listTerminals(unit)).some((each) => each.terminalId === terminalId);
        if (isKnown) throw new Problem('conflict', 'terminalId');
        const host = { dataDir, port: context.acquirer.port, db: unit };
        const given = await enrolAnother(host, body, context.keyProtectionKey, now());
        const folder = await privateFolder(dataDir, 'terminals');
        const file = path.join(folder, `${terminalId}.json`);
        await writePrivateJson(file, given);
        return { terminalId, file: path.relative(dataDir, file) };
      }),
  );
  app.delete(
    '/v1/terminals/:terminalId',
    {
      config: { scope: 'terminals:write' },
      schema: {
        summary: 'Revoke a terminal: within a second nothing of it is answered',
        params: z.strictObject({ terminalId: TERMINAL_ID }),
        response: { 200: z.object({ terminalId: TERMINAL_ID }) },
      },
    },
    async ({ params }) => {
      const isRevoked = await revokeTerminal(db, params.terminalId, now());
      if (!isRevoked) throw new Problem('not-found', 'terminalId');
      return params;
    },
  );
}

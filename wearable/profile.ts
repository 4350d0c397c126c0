import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';

const profile = z.object({
  wearableId: z.string().regex(/^[a-z0-9-]{1,32}$/),
  /** For people. */
  name: z.string(),
  hint: z.string(),
  aid: z.string().regex(/^([0-9A-F]{2}){5,16}$/),
  applicationLabel: z.string().regex(/^[ -~]{1,16}$/),
  kernelId: z.int().min(1).max(0x3f),
  pan: z.string().regex(/^\d{12,19}$/),
  panSequenceNumber: z.string().regex(/^\d{2}$/),
  /** YYMM */
  expiry: z.string().regex(/^\d{2}(0[1-9]|1[0-2])$/),
  cardholderVerification: z.enum(['none', 'cdcvm']),
  iccMasterKeyHex: z.string().regex(/^[0-9A-Fa-f]{32}$/),
});

/**
 * What an issuer personalised a wearable's payment applet with. Test accounts and test keys only.
 */
export type WearableProfile = Readonly<z.infer<typeof profile>>;

/** Why profiles cannot be used: which kind of fault, and where in the file, for example `1.pan`. */
export interface ProfileFailure {
  readonly kind: 'unreadable' | 'not-json' | 'malformed';
  readonly path: string;
}

/** Reads the wearables that an enrolment made (`wearables.json`): a list of profiles. */
export async function readProfiles(
  file: string,
): Promise<Result<readonly WearableProfile[], ProfileFailure>> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return fail({ kind: 'unreadable', path: '' });
  const json = parseJson(text);
  if (!json.ok) return fail({ kind: 'not-json', path: '' });
  const parsed = z.array(profile).safeParse(json.value);
  if (parsed.success) return ok(parsed.data);
  return fail({ kind: 'malformed', path: parsed.error.issues[0]?.path.join('.') ?? '' });
}

function parseJson(text: string): Result<unknown, 'not-json'> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail('not-json');
  }
}

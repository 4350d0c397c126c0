import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import { parseFault } from './fault-plan.ts';
import { type IssuerProfile, issuerProfile } from './profile-applications.ts';

const names = {
  wearableId: z.string().regex(/^[a-z0-9-]{1,32}$/),
  /** For people. */
  name: z.string(),
  hint: z.string(),
};

const simpleProfile = z.object({
  ...names,
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

const fullProfile = z.strictObject({
  ...names,
  issuers: z.array(issuerProfile).min(1).max(8),
  /** What goes wrong on purpose, as `--fault` takes it. */
  faults: z.array(z.string().refine((text) => parseFault(text).ok, 'no fault')).default([]),
});

/**
 * A wearable with one application that always goes online: the short form that an enrolment writes.
 * Test accounts and test keys only.
 */
export type SimpleProfile = Readonly<z.infer<typeof simpleProfile>>;

/** A wearable with several issuers' applications. Test accounts and test keys only. */
export type FullProfile = Readonly<z.infer<typeof fullProfile>>;

/** What a wearable is personalised with. */
export type WearableProfile = SimpleProfile | FullProfile;

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
  if (!Array.isArray(json.value)) return fail({ kind: 'malformed', path: '' });
  const profiles: WearableProfile[] = [];
  for (const [i, one] of json.value.entries()) {
    const parsed = parseProfile(one);
    if (!parsed.ok) return fail({ kind: 'malformed', path: joinPath(i, parsed.error) });
    profiles.push(parsed.value);
  }
  return ok(profiles);
}

/** Checks one profile and fills in its defaults. The error is the path to what is wrong. */
export function parseProfile(json: unknown): Result<WearableProfile, string> {
  const isFull = typeof json === 'object' && json !== null && 'issuers' in json;
  const parsed = isFull ? fullProfile.safeParse(json) : simpleProfile.safeParse(json);
  if (!parsed.success) return fail(parsed.error.issues[0]?.path.join('.') ?? '');
  const twice = isFull ? repeatedAid(parsed.data as FullProfile) : undefined;
  return twice === undefined ? ok(parsed.data) : fail(twice);
}

/** The issuers of a wearable: of the short form, the one it stands for. */
export function issuersOf(profile: WearableProfile): readonly IssuerProfile[] {
  if ('issuers' in profile) return profile.issuers;
  const { wearableId, name, hint, applicationLabel: label, ...account } = profile;
  const application = {
    type: 'qvsdc',
    ...account,
    label,
    offlineAuthentication: 'none',
  };
  return [issuerProfile.parse({ name: 'Tessera test issuer', applications: [application] })];
}

/** Two applications of one name on one interface: the second could never be selected. */
function repeatedAid({ issuers }: FullProfile): string | undefined {
  const seen = new Set<string>();
  for (const [i, { applications }] of issuers.entries()) {
    for (const [j, { type, aid }] of applications.entries()) {
      const name = `${type === 'contact' ? 'contact' : 'contactless'} ${aid}`;
      if (seen.has(name)) return `issuers.${i}.applications.${j}.aid`;
      seen.add(name);
    }
  }
  return undefined;
}

function joinPath(index: number, path: string): string {
  return path === '' ? `${index}` : `${index}.${path}`;
}

function parseJson(text: string): Result<unknown, 'not-json'> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail('not-json');
  }
}

import { randomBytes } from 'node:crypto';
import { hex } from '#kernel/bytes/hex.ts';
import type { Applet, DirectoryEntry, SecurityDomain } from './applet.ts';
import { Device } from './device.ts';
import { createVolatileMemory, type Memory } from './memory.ts';
import type { Defects, Personalisation, UserVerification } from './personalisation.ts';
import { IssuerKeys } from './pki/issuer-keys.ts';
import { createPpseApplet } from './ppse-applet.ts';
import { issuersOf, type WearableProfile } from './profile.ts';
import type { ApplicationProfile, IssuerProfile } from './profile-applications.ts';
import { QvsdcApplet } from './qvsdc/qvsdc-applet.ts';

/** A wearable as one of its interfaces shows it. */
export interface Wearable {
  /** Answers one command APDU with a response APDU. Never throws. */
  transmit(command: Uint8Array): Uint8Array;
  /** What leaving the field and coming back does to it. */
  reset(): void;
  /** The user confirms on the wearable itself; holds for the next payment. */
  confirmUser(): void;
  /** Its answer to reset: T=1, as PC/SC gives it for contactless cards. PC/SC part 3, 3.1.3.2.3. */
  readonly atr: Uint8Array;
}

/** How a wearable is made. */
export interface WearableOptions {
  /** Where its counters are kept; without it they begin anew with each wearable. */
  readonly memory?: Memory;
  /** What is wrong with it on purpose; nothing unless told. */
  readonly defects?: Partial<Defects>;
  /** Unpredictable bytes, for known answers; the system's unless told. */
  readonly random?: (lengthBytes: number) => Uint8Array;
}

const NO_DEFECTS: Defects = {
  wrongSignature: false,
  wrongCertificate: false,
  expiredCertificate: false,
  expiredApplication: false,
};

/** A wearable with the applications of every issuer in its profile. */
export function createWearable(profile: WearableProfile, options: WearableOptions = {}): Wearable {
  const memory = options.memory ?? createVolatileMemory();
  const user: UserVerification = { isConfirmed: false };
  const personalise = (issuer: IssuerProfile, { aid }: ApplicationProfile): Personalisation => ({
    memory,
    memoryName: `${profile.wearableId}/${issuer.name}/${aid}`,
    keys: new IssuerKeys(memory, profile.wearableId, issuer, aid.slice(0, 10)),
    user,
    defects: { ...NO_DEFECTS, ...options.defects },
    random: options.random ?? ((lengthBytes) => new Uint8Array(randomBytes(lengthBytes))),
  });
  const issuers = issuersOf(profile);
  const applications = issuers.flatMap((issuer) => issuer.applications);
  const domains: SecurityDomain[] = issuers.map((issuer) => ({
    issuerName: issuer.name,
    applets: issuer.applications.map((one) => createApplet(one, personalise(issuer, one))),
  }));
  const directory = createPpseApplet(
    applications.flatMap((one) => (one.type === 'contact' ? [] : [directoryEntry(one)])),
  );
  const device = new Device([
    { issuerName: 'the wearable itself', applets: [directory] },
    ...domains,
  ]);
  return {
    transmit: (command) => device.transmit(command),
    reset: () => device.reset(),
    confirmUser: () => {
      user.isConfirmed = true;
    },
    atr: hex('3B80800101'),
  };
}

type ContactlessProfile = Exclude<ApplicationProfile, { type: 'contact' }>;

function createApplet(application: ApplicationProfile, personalisation: Personalisation): Applet {
  if (application.type !== 'qvsdc') throw new Error('todo');
  return new QvsdcApplet(application, personalisation);
}

function directoryEntry({ aid, label, priority, kernelId }: ContactlessProfile): DirectoryEntry {
  return { aid: hex(aid), label, priority, kernelId };
}

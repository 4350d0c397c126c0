import { randomBytes } from 'node:crypto';
import { hex } from '#kernel/bytes/hex.ts';
import { ok, type Result } from '#kernel/bytes/result.ts';
import type { Applet, SecurityDomain } from './applet.ts';
import { ContactApplet } from './contact/contact-applet.ts';
import { personaliseContact } from './contact/contact-card.ts';
import { createPseApplet } from './contact/pse-applet.ts';
import { Device } from './device.ts';
import { Kernel8Applet } from './kernel8/kernel8-applet.ts';
import { personaliseKernel8 } from './kernel8/kernel8-card.ts';
import { MchipApplet, personaliseMchip } from './mchip/mchip-applet.ts';
import { createVolatileMemory, type Memory } from './memory.ts';
import type { Defects, Personalisation, UserVerification } from './personalisation.ts';
import { IssuerKeys, type KeyFailure } from './pki/issuer-keys.ts';
import { createPpseApplet } from './ppse-applet.ts';
import { issuersOf, type WearableProfile } from './profile.ts';
import type { ApplicationProfile, IssuerProfile } from './profile-applications.ts';
import { QvsdcApplet } from './qvsdc/qvsdc-applet.ts';
import { overT0 } from './t0-link.ts';
import { createUnusableApplet } from './unusable-applet.ts';

/** A wearable as one of its interfaces shows it. */
export interface Wearable {
  /** Answers one command APDU with a response APDU. Never throws. */
  transmit(command: Uint8Array): Uint8Array;
  /** What leaving the field and coming back does to it. */
  reset(): void;
  /** The user confirms on the wearable itself; holds for the next payment. */
  confirmUser(): void;
  /**
   * Its answer to reset. Without contacts as PC/SC gives it (PC/SC part 3, 3.1.3.2.3), on contacts
   * the basic one of its protocol (EMV 4.4 Book 1, 8.2).
   */
  readonly atr: Uint8Array;
}

/** By which of its sides a terminal reaches a wearable, and the protocol it speaks there. */
export type WearableInterface = 'contactless' | 'contact-t0' | 'contact-t1';

/** How a wearable is made. */
export interface WearableOptions {
  /** Contactless unless told. */
  readonly interface?: WearableInterface;
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
  const personalise = (
    issuer: IssuerProfile,
    { aid, type }: ApplicationProfile,
  ): Personalisation => ({
    memory,
    memoryName: [profile.wearableId, issuer.name, aid, ...(type === 'contact' ? [type] : [])].join(
      '/',
    ),
    keys: new IssuerKeys(memory, profile.wearableId, issuer, aid.slice(0, 10)),
    user,
    defects: { ...NO_DEFECTS, ...options.defects },
    random: options.random ?? ((lengthBytes) => new Uint8Array(randomBytes(lengthBytes))),
  });
  const side = options.interface ?? 'contactless';
  const isOnSide = ({ type }: ApplicationProfile) =>
    (type === 'contact') === (side !== 'contactless');
  const issuers = issuersOf(profile);
  const applications = issuers.flatMap((issuer) => issuer.applications.filter(isOnSide));
  const domains: SecurityDomain[] = issuers.map((issuer) => ({
    issuerName: issuer.name,
    applets: issuer.applications
      .filter(isOnSide)
      .map((one) => createApplet(one, personalise(issuer, one))),
  }));
  const device = new Device([
    { issuerName: 'the wearable itself', applets: [createDirectory(side, applications)] },
    ...domains,
  ]);
  const wearable: Wearable = {
    transmit: (command) => device.transmit(command),
    reset: () => device.reset(),
    confirmUser: () => {
      user.isConfirmed = true;
    },
    atr: hex(ANSWER_TO_RESET[side]),
  };
  return side === 'contact-t0' ? overT0(wearable) : wearable;
}

const ANSWER_TO_RESET: Readonly<Record<WearableInterface, string>> = {
  contactless: '3B80800101',
  'contact-t0': '3B600000',
  'contact-t1': '3BE000FF8131FE4514',
};

function createApplet(application: ApplicationProfile, personalisation: Personalisation): Applet {
  const made = personaliseApplet(application, personalisation);
  return made.ok ? made.value : createUnusableApplet(application.aid);
}

function personaliseApplet(
  application: ApplicationProfile,
  personalisation: Personalisation,
): Result<Applet, KeyFailure> {
  switch (application.type) {
    case 'qvsdc':
      return ok(new QvsdcApplet(application, personalisation));
    case 'contact': {
      const card = personaliseContact(application, personalisation);
      return card.ok ? ok(new ContactApplet(card.value)) : card;
    }
    case 'mchip': {
      const card = personaliseMchip(application, personalisation);
      return card.ok ? ok(new MchipApplet(card.value)) : card;
    }
    case 'kernel8': {
      const card = personaliseKernel8(application, personalisation);
      return card.ok ? ok(new Kernel8Applet(card.value)) : card;
    }
    default:
      return application satisfies never;
  }
}

/** The PPSE, or the PSE on contacts. */
function createDirectory(
  side: WearableInterface,
  applications: readonly ApplicationProfile[],
): Applet {
  if (side !== 'contactless') {
    return createPseApplet(applications.map(({ aid, ...one }) => ({ ...one, aid: hex(aid) })));
  }
  const entries = applications.flatMap((one) =>
    one.type === 'contact' ? [] : [{ ...one, aid: hex(one.aid) }],
  );
  return createPpseApplet(entries);
}

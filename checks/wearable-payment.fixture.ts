import { hex } from '#kernel/bytes/hex.ts';
import { runContact } from '#kernel/emv/contact/contact.ts';
import type { ContactInput } from '#kernel/emv/contact/input.ts';
import type { ContactOutcome } from '#kernel/emv/contact/outcome.ts';
import { type EntryPointResult, runEntryPoint } from '#kernel/emv/contactless/entry-point.ts';
import type { ContactlessInput } from '#kernel/emv/contactless/input.ts';
import { bigintRsa } from '#kernel/emv/oda/rsa-bigint.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import type {
  HostReply,
  KernelCommand,
  KernelReply,
  KernelStep,
} from '#kernel/transaction/commands.ts';
import { TEST_MEMORY } from '#wearable/issuers.fixture.ts';
import { listCaKeys } from '#wearable/pki/ca-keys.ts';
import type { PresentedCard } from '#wearable/presented-card.ts';
import type { WearableProfile } from '#wearable/profile.ts';
import { loadCaPublicKeys } from '../certs/load-ca-public-keys.ts';

const AID = 'A000000999';
const DATE = '260115';

/** What a test's terminal does beside the card. */
export interface Terminal {
  /** What the host says to an authorisation request; `not-sent` unless given. */
  readonly host?: (command: KernelCommand & { readonly type: 'authorise-online' }) => HostReply;
  /** Which application the holder takes, or that they want none; the first unless given. */
  readonly choice?: number | 'refused';
  /** The digits that the holder enters. */
  readonly pin?: string;
  /** Told before each presentation after the first. */
  readonly beforeNext?: (card: PresentedCard) => void;
}

/** The CA keys of a profile, as `ca-keys` prints them and a terminal loads them. */
function trusted(profile: WearableProfile) {
  const listed = listCaKeys([profile], TEST_MEMORY);
  if (!listed.ok) throw new Error(listed.error);
  const { keys, refused } = loadCaPublicKeys(listed.value.keys, 'development', '2026-01-15');
  if (refused.length > 0) throw new Error('a CA key is refused');
  const eccCaKeys = listed.value.ecKeys.map(({ rid, index, x }) => ({
    rid: hex(rid),
    index: hex(index)[0] ?? 0,
    suite: 0x10,
    x: hex(x),
  }));
  return { caKeys: keys, eccCaKeys };
}

/** A sale of 12.34 EUR for every contactless kernel. */
export function contactlessSale(
  profile: WearableProfile,
  kernelId: number,
  data: Readonly<Record<string, string>> = {},
  sale: Partial<ContactlessInput> = {},
): ContactlessInput {
  const held = { ...READER[kernelId], ...data };
  const limits = { transactionMinor: 50_000n, floorMinor: 20_000n, cvmRequiredMinor: 5_000n };
  return {
    amountMinor: 1_234n,
    amountOtherMinor: 0n,
    transactionType: '00',
    currency: '978',
    terminalCountry: '372',
    date: DATE,
    time: '120000',
    unpredictableNumbers: ['0A0B0C0D', '1A1B1C1D', '2A2B2C2D', '3A3B3C3D'].map(hex),
    ephemeralPrivateKeys: ['4C'.repeat(32), '5D'.repeat(32), '6E'.repeat(32)].map(hex),
    terminalData: { '9F35': hex('22'), '9F33': hex('E0F8C8') },
    combinations: [
      {
        aid: AID,
        kernelId,
        limits,
        data: Object.fromEntries(Object.entries(held).map(([tag, value]) => [tag, hex(value)])),
      },
    ],
    ...trusted(profile),
    ...sale,
  };
}

/** What a reader holds for each kernel. */
const READER: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  2: {
    DF811B: '20',
    DF8117: 'E0',
    DF8118: '60',
    DF8119: '08',
    DF811F: 'C8',
    DF8120: 'F45084800C',
    DF8121: '0000000000',
    DF8122: 'F45084800C',
    DF8132: '0014',
    DF8133: '0032',
    DF8134: '0012',
    DF8135: '0018',
    DF8136: '012C',
    DF8137: '32',
  },
  3: { '9F66': '2600C000' },
  8: {
    '9F1D': '0000000000000000',
    '9F8206': '00',
    '9F8207': '64',
    '9F8208': '0C',
    '9F8209': '0800',
    '9F820A': '10',
    '9F820B': '0000000000',
    '9F820C': 'FC50808800',
    '9F820D': '000000020000',
    '9F820E': '000000005000',
    '9F8211': '000013',
    '9F8212': '0D',
    '9F8213': '0014',
    '9F8214': '0032',
    '9F8215': '0012',
    '9F8216': '0018',
    '9F8217': '012C',
    '9F8218': '32',
    '9F821A': 'FF8FFFFFFF',
    '9F821D': '20',
    '9F821E': '18',
    '9F821F': '9F810995',
  },
};

/** Takes a contactless sale to its outcome. */
export function payContactless(
  card: PresentedCard,
  input: ContactlessInput,
  terminal: Terminal = {},
): EntryPointResult & { readonly type: 'outcome' } {
  return expectOutcome(run(runEntryPoint(input), card, terminal));
}

/** Takes a contactless sale up again with what its issuer answered. */
export function goOn(
  step: KernelStep<EntryPointResult>,
  card: PresentedCard,
  terminal: Terminal = {},
): EntryPointResult & { readonly type: 'outcome' } {
  return expectOutcome(run(step, card, terminal));
}

function expectOutcome(result: EntryPointResult): EntryPointResult & { readonly type: 'outcome' } {
  if (result.type !== 'outcome') throw new Error('the payment was cancelled');
  return result;
}

/** A sale of 12.34 EUR on contacts. */
export function contactSale(
  profile: WearableProfile,
  sale: Partial<ContactInput> = {},
): ContactInput {
  return {
    amountMinor: 1_234n,
    amountOtherMinor: 0n,
    transactionType: '00',
    currency: '978',
    terminalCountry: '372',
    date: DATE,
    time: '120000',
    unpredictableNumbers: ['0A0B0C0D', '1A1B1C1D'].map(hex),
    pinPadding: new Uint8Array(231).fill(0x5a),
    randomNumber: 50,
    terminalData: { '9F33': hex('E0F8CC'), '9F35': hex('22'), '9F40': hex('6000F0A001') },
    applications: [
      {
        aid: AID,
        allowsPartialName: true,
        data: { '9F09': hex('0002') },
        actionCodes: {
          denial: hex('0010000000'),
          online: hex('FC68BC9800'),
          default: hex('FC60AC8000'),
        },
        floorLimitMinor: 20_000n,
        defaultDdol: hex('9F3704'),
      },
    ],
    usesDirectory: true,
    reselects: true,
    cardholderSelects: true,
    order: ['authenticate-card', 'verify-cardholder', 'manage-risk'],
    readsPinTryCounter: true,
    combinedSignature: { withArqc: true, withFinalTc: true },
    forcedOnline: false,
    rsa: bigintRsa,
    revoked: [],
    exceptionFile: [],
    transactionLog: [],
    ...trusted(profile),
    ...sale,
  };
}

/** Takes a sale on contacts to its outcome. */
export function payContact(
  card: PresentedCard,
  input: ContactInput,
  terminal: Terminal = {},
): ContactOutcome {
  return run(runContact(input), card, terminal);
}

/** Performs what the kernel asks for, until it has an outcome. */
function run<T>(step: KernelStep<T>, card: PresentedCard, terminal: Terminal): T {
  let presentations = 0;
  let next = step.next(undefined as never);
  while (!next.done) {
    const command = next.value;
    if (command.type === 'activate') {
      card.reset();
      if (presentations > 0) terminal.beforeNext?.(card);
      presentations += 1;
    }
    next = step.next(replyTo(command, card, terminal));
  }
  return next.value;
}

function replyTo(command: KernelCommand, card: PresentedCard, terminal: Terminal): KernelReply {
  switch (command.type) {
    case 'activate':
      return { type: 'activated' };
    case 'transmit': {
      const response = card.transmit(command.command);
      return response === 'lost'
        ? { type: 'card-lost' }
        : { type: 'response', response, elapsedUs: 5_000 };
    }
    case 'show':
      return { type: 'shown' };
    case 'choose-application':
      return terminal.choice === 'refused'
        ? { type: 'cancelled' }
        : { type: 'application-chosen', index: terminal.choice ?? 0 };
    case 'authorise-online':
      return terminal.host?.(command) ?? { type: 'not-sent' };
    case 'ask-pin': {
      const { pin } = terminal;
      if (pin === undefined) return { type: 'pin-unavailable' };
      const block = hex(`2${pin.length}${pin}`.padEnd(16, 'F'));
      return command.use === 'offline'
        ? { type: 'offline-pin-entered', pinBlock: new SecretKey(block) }
        : { type: 'pin-entered', pinBlock: block };
    }
    default:
      return command satisfies never;
  }
}

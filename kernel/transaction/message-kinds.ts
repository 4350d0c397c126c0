import type { Message } from '../iso8583/message.ts';

/** What a message about money asks for. */
export type MessageKind =
  /** An amount is approved and taken at once. The till's 0100 is this one. */
  | 'purchase'
  /** An amount is held, and taken by a completion or let go. */
  | 'preauthorisation'
  /** More is held for a preauthorisation. */
  | 'increment'
  /** Tells of what was approved without the host. */
  | 'advice'
  /** Takes what was held, or less of it. */
  | 'completion'
  | 'refund'
  /** Calls a payment off that is not settled. */
  | 'void'
  | 'balance';

/** How a kind is written. */
export interface MessageForm {
  readonly kind: MessageKind;
  readonly mti: '0100' | '0120' | '0200' | '0220';
  /** DE 3 */
  readonly processingCode: string;
  /** DE 25: 00 is a normal presentment, 06 a preauthorised request. */
  readonly condition: '00' | '06';
  /** DE 90 names the payment it is about; it then carries no card data. */
  readonly hasOriginal: boolean;
}

/**
 * What tells the kinds apart: the message type, DE 3, DE 25 and whether DE 90 is there. A purchase
 * is told from a preauthorisation by DE 25. ISO 8583:1987, annex A, and this host's conventions.
 */
export const MESSAGE_FORMS: readonly MessageForm[] = [
  form('purchase', '0100', '000000', '00', false),
  form('purchase', '0200', '000000', '00', false),
  form('preauthorisation', '0100', '000000', '06', false),
  form('increment', '0100', '000000', '06', true),
  form('advice', '0120', '000000', '00', false),
  form('completion', '0220', '000000', '06', true),
  form('refund', '0200', '200000', '00', true),
  form('refund', '0220', '200000', '00', true),
  form('void', '0200', '020000', '00', true),
  form('void', '0220', '020000', '00', true),
  form('balance', '0100', '310000', '00', false),
];

/** The form of a message or of its repeat; `undefined` when it is none. DE 25 may be left out. */
export function findMessageForm({ mti, fields }: Message): MessageForm | undefined {
  const hasOriginal = fields[90] !== undefined;
  const condition = fields[25] ?? '00';
  return MESSAGE_FORMS.find(
    (row) =>
      row.mti === firstTime(mti) &&
      row.processingCode === fields[3] &&
      row.condition === condition &&
      row.hasOriginal === hasOriginal,
  );
}

/** The type of the message that a repeat repeats: 0401 is 0400 again. ISO 8583:1987, 4.1. */
export function firstTime(mti: string): string {
  return mti.endsWith('1') ? `${mti.slice(0, 3)}0` : mti;
}

/** The type of a message that repeats one. ISO 8583:1987, 4.1. */
export function repeatOf(mti: string): string {
  return `${mti.slice(0, 3)}1`;
}

function form(
  kind: MessageKind,
  mti: MessageForm['mti'],
  processingCode: string,
  condition: MessageForm['condition'],
  hasOriginal: boolean,
): MessageForm {
  return { kind, mti, processingCode, condition, hasOriginal };
}

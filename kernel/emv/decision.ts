/** A decision that a kernel takes: how it is called, and the rule that makes it so. */
interface DecisionRule {
  readonly name: string;
  /** Book and section; of books that are not public as the open kernels name them. */
  readonly rule: string;
}

/** Every decision that is told, in about the order of a transaction. */
export const DECISION_RULES = {
  'contact-candidates': { name: 'Candidate list', rule: 'EMV 4.4 Book 1, 12.3' },
  'contact-selection': { name: 'Final selection', rule: 'EMV 4.4 Book 1, 12.4' },
  'initiate-application': { name: 'Initiate application', rule: 'EMV 4.4 Book 3, 10.1' },
  'read-application-data': { name: 'Read application data', rule: 'EMV 4.4 Book 3, 10.2' },
  'offline-authentication': {
    name: 'Offline data authentication',
    rule: 'EMV 4.4 Book 3, 10.3; Book 2, 5, 6 and 12',
  },
  'processing-restrictions': { name: 'Processing restrictions', rule: 'EMV 4.4 Book 3, 10.4' },
  'verification-rule': { name: 'Rule of the CVM list', rule: 'EMV 4.4 Book 3, 10.5 and C3' },
  'cardholder-verification': { name: 'Cardholder verification', rule: 'EMV 4.4 Book 3, 10.5' },
  'terminal-risk-management': { name: 'Terminal risk management', rule: 'EMV 4.4 Book 3, 10.6' },
  'action-codes': { name: 'Action codes', rule: 'EMV 4.4 Book 3, 10.7' },
  'terminal-action-analysis': { name: 'Terminal action analysis', rule: 'EMV 4.4 Book 3, 10.7' },
  'card-action-analysis': { name: 'Card action analysis', rule: 'EMV 4.4 Book 3, 10.8' },
  'online-processing': { name: 'Online processing', rule: 'EMV 4.4 Book 3, 10.9' },
  'issuer-authentication': { name: 'Issuer authentication', rule: 'EMV 4.4 Book 3, 10.9' },
  'issuer-scripts': { name: 'Issuer scripts', rule: 'EMV 4.4 Book 3, 10.10' },
  completion: { name: 'Completion', rule: 'EMV 4.4 Book 3, 10.11' },
  'pre-processing': { name: 'Pre-processing', rule: 'EMV Contactless Book B, 3.1.1' },
  'combination-list': { name: 'Candidate list', rule: 'EMV Contactless Book B, 3.3.2' },
  'combination-selection': { name: 'Final selection', rule: 'EMV Contactless Book B, 3.3.3' },
  'kernel-activation': { name: 'Kernel activation', rule: 'EMV Contactless Book B, 3.4' },
  outcome: { name: 'Outcome', rule: 'EMV Contactless Book B, 3.5; Book A, 6.1' },
  'kernel2-relay-resistance': { name: 'Relay resistance', rule: 'Book C-2, SR1' },
  'kernel2-records': { name: 'Reading records', rule: 'Book C-2, S3R1 and S4' },
  'kernel2-card-data': { name: 'Card data and prerequisites of CDA', rule: 'Book C-2, S456' },
  'kernel2-restrictions': { name: 'Processing restrictions', rule: 'Book C-2, 7.7' },
  'kernel2-verification': { name: 'Cardholder verification', rule: 'Book C-2, 7.5' },
  'kernel2-floor-limit': { name: 'Floor limit', rule: 'Book C-2, S456' },
  'kernel2-action-codes': { name: 'Action codes', rule: 'Book C-2, 7.8' },
  'kernel2-action-analysis': { name: 'Terminal action analysis', rule: 'Book C-2, 7.8' },
  'kernel2-request': { name: 'Cryptogram asked for', rule: 'Book C-2, 7.6' },
  'kernel2-cryptogram': { name: 'Cryptogram given', rule: 'Book C-2, S9 and S910' },
  'kernel3-reading': { name: 'Reading the card', rule: 'Book C-3, 5.2 and 5.4' },
  'kernel3-cryptogram': { name: 'Cryptogram given', rule: 'Book C-3, 5.4.3' },
  'kernel3-restrictions': { name: 'Processing restrictions', rule: 'Book C-3, 5.5' },
  'kernel3-authentication': { name: 'Offline data authentication', rule: 'Book C-3, 5.6' },
  'kernel3-verification': { name: 'Cardholder verification', rule: 'Book C-3, 5.7' },
  'kernel8-limits': { name: 'Limits and names', rule: 'Book C-8, 202122232425' },
  'kernel8-action-codes': { name: 'Action codes', rule: 'Book C-8, TAA' },
  'kernel8-action-analysis': { name: 'Terminal action analysis', rule: 'Book C-8, TAA' },
  'kernel8-cryptogram': { name: 'Cryptogram given', rule: 'Book C-8, 28 and 29' },
  'kernel8-authentication': { name: 'Local authentication', rule: 'Book C-8, RPC; Book E, 7.3' },
  'kernel8-verification': { name: 'Cardholder verification', rule: 'Book C-8, 29.25 to 29.42' },
} as const satisfies Record<string, DecisionRule>;

/** Which decision. */
export type DecisionStep = keyof typeof DECISION_RULES;

/** A decision as the kernel took it, when it took it. Holds card data: shown masked only. */
export interface Decision {
  readonly step: DecisionStep;
  /** What was decided, in the kernel's words: `ARQC`, `fdda-verified`, `none matched` and so on. */
  readonly result: string;
  /** What it was decided among, a line each. */
  readonly details?: readonly string[];
  /** The kernel whose layout TVR and action codes have; none for contact. */
  readonly kernel?: number;
  /** The data objects it was taken by or went into, by tag. */
  readonly objects?: readonly (readonly [tag: string, value: Uint8Array])[];
  /** The rule of a CVM list that it is about, 2 bytes. */
  readonly cvRule?: Uint8Array;
  /** The bits that an action code shares with the TVR, 5 bytes. */
  readonly matched?: Uint8Array;
  /** TVR (95) and TSI (9B) after it, where the transaction has them. */
  readonly tvr?: Uint8Array;
  readonly tsi?: Uint8Array;
}

/** Somebody who listens to a kernel's decisions. It changes nothing, and must not throw. */
export type Trace = (decision: Decision) => void;

/** Data objects by tag, as every kernel has them in one form or another. */
interface DataSource {
  get(tag: string): Uint8Array | undefined;
}

/**
 * Tells a decision to the one who listens, if anybody does: with TVR and TSI as they are now, and
 * the objects of these tags where there are such.
 */
export function tell(
  trace: Trace | undefined,
  decision: Omit<Decision, 'objects' | 'tvr' | 'tsi'>,
  data?: DataSource,
  tags: readonly string[] = [],
): void {
  if (!trace) return;
  const held = (tag: string): Uint8Array | undefined => {
    const value = data?.get(tag);
    return value && value.length > 0 ? value.slice() : undefined;
  };
  const [tvr, tsi] = [held('95'), held('9B')];
  const objects = tags.flatMap((tag) => {
    const value = held(tag);
    return value ? [[tag, value] as const] : [];
  });
  trace({
    ...decision,
    ...(objects.length > 0 && { objects }),
    ...(tvr && { tvr }),
    ...(tsi && { tsi }),
  });
}

/** The bits that both have set. */
export function sharedBits(results: Uint8Array, code: Uint8Array): Uint8Array {
  return results.map((byte, i) => byte & (code[i] ?? 0));
}

/** How a card differs from the plain one. */
export interface CardOptions {
  /** Tag 82: local authentication, offline capable, IAD-MAC copied at the default offset. */
  readonly aip?: string;
  readonly pdol?: string;
  readonly cdol1?: string;
  readonly cardQualifier?: string;
  /** Whether the first record, which holds the PAN, comes enciphered. */
  readonly enciphered?: boolean;
  /** Tag 9F27 for what the kernel asks for (P1 of GENERATE AC). */
  readonly cid?: (requested: number) => number;
  /** Tag 9F8102. */
  readonly verification?: string;
  /** Further objects of the answer to GENERATE AC, TLV, one set for each presentation. */
  readonly cryptogramObjects?: readonly string[];
  /** Shortest and longest time and time on the way, 2 bytes each. */
  readonly relayTimes?: string;
  /** Envelopes to read, TLV by tag. */
  readonly envelopes?: Readonly<Record<string, string>>;
  /** Objects of the signed second record besides 8F and the extended SDA tag list. */
  readonly signedObjects?: string;
  readonly issuerCertificate?: string;
  /** What is signed of the card's certificate, made from the whole as it should be. */
  readonly certificate?: (message: string) => string;
  readonly certificateKey?: string;
  /** What becomes of an answer on its way. */
  readonly alter?: (name: CardCommand, answer: string) => string;
}

/** The card's commands by their names. */
export type CardCommand =
  | 'select-ppse'
  | 'select'
  | 'get-processing-options'
  | 'exchange-relay-resistance-data'
  | 'read-record'
  | 'read-data'
  | 'generate-ac'
  | 'write-data';

/** Data objects by tag: what the terminal holds and what the card returned. */
export type TagStore = ReadonlyMap<string, Uint8Array>;

/** How the cardholder is to be or was verified (Book A, outcome parameter CVM). */
export type OutcomeCvm = 'none' | 'online-pin' | 'cdcvm' | 'signature';

/** Why a card's application was ended. */
export type EndApplicationReason =
  | 'no-common-application'
  | 'amount-not-allowed'
  | 'card-refused'
  | 'malformed-card-data'
  | 'missing-card-data'
  | 'card-lost';

/** Why a transaction was declined before anybody was asked. */
export type OfflineDeclineReason = 'card-declined' | 'no-common-verification';

/** How the contactless part of a transaction ends (EMV Contactless Book A, 6.2). */
export type ContactlessOutcome =
  | {
      readonly type: 'online-request';
      readonly cvm: OutcomeCvm;
      readonly data: TagStore;
      readonly applicationLabel: string;
    }
  | { readonly type: 'declined'; readonly reason: OfflineDeclineReason; readonly data: TagStore }
  | { readonly type: 'end-application'; readonly reason: EndApplicationReason }
  | { readonly type: 'select-next' }
  | { readonly type: 'try-another-interface' }
  | { readonly type: 'try-again'; readonly message: 'try-again' | 'see-phone' }
  | { readonly type: 'cancelled' };

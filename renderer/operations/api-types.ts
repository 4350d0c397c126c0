// Made of the cloud's OpenAPI document; `npx vitest run checks/api-types -u` makes it anew.

/** What the cloud answers, by method and path. */
export interface Answers {
  readonly 'GET /v1/operations/session': {
    readonly name: string;
    readonly merchantId: string | null;
    readonly scopes: readonly string[];
  };
  readonly 'GET /v1/operations/overview': {
    readonly at: string;
    readonly minutes: readonly {
      readonly at: string;
      readonly currency: string;
      readonly approved: number;
      readonly declined: number;
      readonly approvedMinor: string;
    }[];
    readonly declines: readonly {
      readonly responseCode: string;
      readonly count: number;
    }[];
    readonly scores: readonly {
      readonly tier: string;
      readonly from: number;
      readonly approved: number;
      readonly declined: number;
    }[];
    readonly latency: {
      readonly p50Ms: number | null;
      readonly p95Ms: number | null;
      readonly p99Ms: number | null;
    } | null;
    readonly unknowns: {
      readonly count: number;
      readonly oldest: readonly {
        readonly terminalId: string;
        readonly transmittedAt: string;
        readonly stan: string;
        readonly state: string;
        readonly currency: string;
        readonly amountMinor: string;
        readonly maskedPan: string | null;
        readonly receivedAt: string;
      }[];
    };
    readonly terminals:
      | readonly {
          readonly terminalId: string;
          readonly merchantId: string;
          readonly isRevoked: boolean;
          readonly isConnected: boolean;
          readonly lastMessageAt: string | null;
        }[]
      | null;
    readonly disputes: {
      readonly open: number;
      readonly soonest: readonly {
        readonly terminalId: string;
        readonly transmittedAt: string;
        readonly stan: string;
        readonly disputeId: string;
        readonly reasonCode: string;
        readonly currency: string;
        readonly amountMinor: string;
        readonly openedAt: string;
        readonly dueAt: string;
        readonly evidence: number;
      }[];
    } | null;
  };
  readonly 'GET /v1/transactions': {
    readonly transactions: readonly {
      readonly terminalId: string;
      readonly stan: string;
      readonly transmittedAt: string;
      readonly merchantId: string;
      readonly maskedPan: string | null;
      readonly kind: string;
      readonly state: string;
      readonly currency: string;
      readonly amountMinor: string;
      readonly authorisedMinor: string;
      readonly capturedMinor: string;
      readonly refundedMinor: string;
      readonly chargedBackMinor: string;
      readonly responseCode: string | null;
      readonly approvalCode: string | null;
      readonly retrievalReference: string | null;
      readonly score: number | null;
      readonly tier: string | null;
      readonly reasons: readonly string[];
      readonly batchNumber: number | null;
      readonly isSettled: boolean;
      readonly original: {
        readonly stan: string;
        readonly transmittedAt: string;
      } | null;
      readonly receivedAt: string;
      readonly reversedAt: string | null;
      readonly reversalReason: string | null;
    }[];
    readonly nextCursor: string | null;
  };
  readonly 'GET /v1/transactions/{terminalId}/{transmittedAt}/{stan}': {
    readonly transaction: {
      readonly terminalId: string;
      readonly stan: string;
      readonly transmittedAt: string;
      readonly merchantId: string;
      readonly maskedPan: string | null;
      readonly kind: string;
      readonly state: string;
      readonly currency: string;
      readonly amountMinor: string;
      readonly authorisedMinor: string;
      readonly capturedMinor: string;
      readonly refundedMinor: string;
      readonly chargedBackMinor: string;
      readonly responseCode: string | null;
      readonly approvalCode: string | null;
      readonly retrievalReference: string | null;
      readonly score: number | null;
      readonly tier: string | null;
      readonly reasons: readonly string[];
      readonly batchNumber: number | null;
      readonly isSettled: boolean;
      readonly original: {
        readonly stan: string;
        readonly transmittedAt: string;
      } | null;
      readonly receivedAt: string;
      readonly reversedAt: string | null;
      readonly reversalReason: string | null;
    };
    readonly messages: readonly {
      readonly terminalId: string;
      readonly stan: string;
      readonly transmittedAt: string;
      readonly merchantId: string;
      readonly maskedPan: string | null;
      readonly kind: string;
      readonly state: string;
      readonly currency: string;
      readonly amountMinor: string;
      readonly authorisedMinor: string;
      readonly capturedMinor: string;
      readonly refundedMinor: string;
      readonly chargedBackMinor: string;
      readonly responseCode: string | null;
      readonly approvalCode: string | null;
      readonly retrievalReference: string | null;
      readonly score: number | null;
      readonly tier: string | null;
      readonly reasons: readonly string[];
      readonly batchNumber: number | null;
      readonly isSettled: boolean;
      readonly original: {
        readonly stan: string;
        readonly transmittedAt: string;
      } | null;
      readonly receivedAt: string;
      readonly reversedAt: string | null;
      readonly reversalReason: string | null;
    }[];
    readonly decision: {
      readonly decidedAt: string;
      readonly features: Readonly<Record<string, unknown>>;
      readonly result: Readonly<Record<string, unknown>>;
      readonly meanings: Readonly<Record<string, string>>;
      readonly mattered: readonly string[];
      readonly rulesDigest: string;
      readonly modelDigest: string | null;
      readonly challengerResult: Readonly<Record<string, unknown>> | null;
      readonly isFraud: boolean;
    } | null;
    readonly bookings: readonly {
      readonly entryId: string;
      readonly debitAccount: string;
      readonly creditAccount: string;
      readonly currency: string;
      readonly amountMinor: string;
      readonly bookedAt: string;
    }[];
    readonly audit: readonly {
      readonly sequence: string;
      readonly act: string;
      readonly at: string;
      readonly details: Readonly<Record<string, unknown>>;
      readonly hash: string;
    }[];
    readonly disputes: readonly {
      readonly disputeId: string;
      readonly reasonCode: string;
      readonly state: string;
      readonly openedAt: string;
      readonly ruledAt: string | null;
    }[];
  };
  readonly 'POST /v1/audit/verify': {
    readonly isSound: boolean;
    readonly entries: number;
    readonly heads: readonly {
      readonly shard: string;
      readonly sequence: string;
      readonly hash: string;
    }[];
    readonly broken: readonly {
      readonly shard: string;
      readonly sequence: string;
      readonly why: string;
    }[];
  };
  readonly 'GET /v1/ledger/verify': {
    readonly isSound: boolean;
    readonly entries: number;
    readonly totals: readonly {
      readonly currency: string;
      readonly movedMinor: string;
    }[];
    readonly misstatedCards: number;
    readonly overdrawnCards: number;
  };
}

/**
 * A device or a line failed.
 *
 * `effect` says whether the other side may have acted: `none` means that it certainly did not;
 * `unknown` means that nobody on this side can tell, and for a payment that means a reversal.
 */
export interface PortFailure {
  /** Short kebab-case name, for example `card-removed`, `host-timeout`. */
  readonly kind: string;
  /** Whether the same call may succeed if it is made again as it is. */
  readonly retryable: boolean;
  readonly effect: 'none' | 'unknown';
  /** One sentence for an engineer. Never holds card data, keys or message bytes. */
  readonly detail: string;
}

/** What a key may do. `merchant` scopes are for keys of a merchant as well as of an operator. */
export const SCOPES = {
  'terminals:read': 'merchant',
  'terminals:write': 'operator',
  'transactions:read': 'merchant',
  'disputes:read': 'merchant',
  'disputes:write': 'merchant',
  'disputes:rule': 'operator',
  'settlements:read': 'merchant',
  'settlements:compare': 'operator',
  'webhooks:read': 'merchant',
  'webhooks:write': 'merchant',
  'rules:read': 'operator',
  'rules:simulate': 'operator',
  'rules:write': 'operator',
  'models:read': 'operator',
  'audit:read': 'operator',
  'ledger:read': 'operator',
  'keys:write': 'operator',
  'metrics:read': 'operator',
  'operations:read': 'merchant',
} as const;

/** The name of a scope. */
export type Scope = keyof typeof SCOPES;

/** All scopes, in the order in which they are listed. */
export const ALL_SCOPES = Object.keys(SCOPES) as readonly Scope[];

/** Those that a merchant's key may have. */
export const MERCHANT_SCOPES = ALL_SCOPES.filter((scope) => SCOPES[scope] === 'merchant');

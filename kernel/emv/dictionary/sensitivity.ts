/** What a datum would give away; masking is computed from it. */
export type Sensitivity = 'none' | 'pan' | 'track' | 'pin' | 'key';

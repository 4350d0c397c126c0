/** Where time comes from. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
  /** The shop's local date and time, as EMV tags 9A and 9F21 want them. */
  local(): LocalTime;
}

/** A local date and time in digits. */
export interface LocalTime {
  /** YYMMDD */
  readonly date: string;
  /** HHMMSS */
  readonly time: string;
}

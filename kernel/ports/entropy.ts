/** Where unpredictable bytes come from. */
export interface Entropy {
  /** `lengthBytes` bytes that nobody can predict. */
  bytes(lengthBytes: number): Uint8Array;
}

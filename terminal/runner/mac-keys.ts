import type { Result } from '#kernel/bytes/result.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { openMessage, sealMessage } from '#kernel/transaction/message-mac.ts';

/**
 * The key that messages are sealed with, two-key TDES, which a key change replaces while they are
 * under way: what was asked under the one before may still be answered under it, until the host
 * has answered under the new one.
 */
export class MacKeys {
  #present: SecretKey;
  #before: SecretKey | undefined;

  constructor(present: SecretKey) {
    this.#present = present;
  }

  /** From now on messages are sealed with this one. */
  change(next: SecretKey): void {
    this.#before = this.#present;
    this.#present = next;
  }

  seal(message: Message): Result<Uint8Array> {
    return sealMessage(message, this.#present);
  }

  /** A message of the host; the errors of `openMessage`. */
  open(bytes: Uint8Array): ReturnType<typeof openMessage> {
    const opened = openMessage(bytes, this.#present);
    if (opened.ok) this.#before = undefined;
    return this.#before ? openMessage(bytes, this.#before) : opened;
  }
}

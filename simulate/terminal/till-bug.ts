import { expectOk } from '#kernel/bytes/result.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import type { HostLink } from '#kernel/ports/host-link.ts';
import { openMessage, sealMessage } from '#kernel/transaction/message-mac.ts';
import type { World } from '../world/world.ts';

const REPEATS = ['0101', '0201', '0221'];
const OTHER_STANS = 500_000;

/**
 * The line of a till with the bug `till-renames-repeats` planted: a follow-up that is sent again
 * has a number of its own, and its answer is taken for that of the first.
 */
export function renamingLine(world: World, line: HostLink, macKey: SecretKey): HostLink {
  if (world.canary !== 'till-renames-repeats') return line;
  let renamed = OTHER_STANS;
  const rename = (bytes: Uint8Array, stan: unknown) => {
    const { mti, fields } = expectOk(openMessage(bytes, macKey));
    return expectOk(sealMessage({ mti, fields: { ...fields, 11: `${stan}` } }, macKey));
  };
  return {
    state: () => line.state(),
    onStateChange: (listener) => line.onStateChange(listener),
    close: () => line.close(),
    exchange(request) {
      const opened = openMessage(request.message, macKey);
      if (!opened.ok || !REPEATS.includes(opened.value.mti)) return line.exchange(request);
      renamed += 1;
      const { 11: stan } = opened.value.fields;
      return line.exchange({
        ...request,
        message: rename(request.message, renamed),
        isAnswer: (candidate) =>
          openMessage(candidate, macKey).ok && request.isAnswer(rename(candidate, stan)),
      });
    },
  };
}

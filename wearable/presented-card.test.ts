import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { decodeTlv } from '#kernel/tlv/ber.ts';
import { parseFault } from './fault-plan.ts';
import { freshMemory, profileWith, tagValue } from './issuers.fixture.ts';
import { type PresentationOptions, type PresentedCard, presentWearable } from './presented-card.ts';
import { EVERYDAY } from './profile.fixture.ts';
import { parseProfile, type WearableProfile } from './profile.ts';

const SELECT = '00A4040007F054455353450100';
const GPO = `80A8000023832120004000${'00'.repeat(29)}00`;
const READ = '00B2010C00';

function present(faults: readonly string[], profile: WearableProfile = EVERYDAY): PresentedCard {
  return presentWearable(profile, { memory: freshMemory(), ...planned(faults) });
}

function planned(faults: readonly string[]): Pick<PresentationOptions, 'faults'> {
  return {
    faults: faults.flatMap((text) => {
      const fault = parseFault(text);
      return fault.ok ? [fault.value] : [];
    }),
  };
}

function send(card: PresentedCard, ...commands: readonly string[]): string[] {
  return commands.map((command) => {
    const answer = card.transmit(hex(command));
    return answer === 'lost' ? answer : encodeHex(answer);
  });
}

describe('a fault at a command', () => {
  const [, whole = ''] = send(present([]), SELECT, GPO);

  test('a status word in place of the command', () => {
    const card = present(['status:6985@2']);
    const [, refused, served = ''] = send(card, SELECT, GPO, GPO);
    expect(refused).toBe('6985');
    expect(tagValue(served, '9F36')).toBe('0001');
  });

  test('taken away before the command, or after it', () => {
    const before = present(['lost@2']);
    expect(send(before, SELECT, GPO)[1]).toBe('lost');
    expect(tagValue(send(before, GPO)[0] ?? '', '9F36')).toBe('0001');
    const after = present(['lost-after@2']);
    expect(send(after, SELECT, GPO)[1]).toBe('lost');
    expect(tagValue(send(after, SELECT, GPO)[1] ?? '', '9F36')).toBe('0002');
  });

  test('cut at every byte', () => {
    for (let length = 0; length < whole.length / 2; length++) {
      const [, answer = ''] = send(present([`cut:${length}@2`]), SELECT, GPO);
      expect(answer.length).toBe(2 * length);
      expect(whole.slice(0, 8)).toContain(answer.slice(0, 8));
    }
  });

  test('slow', () => {
    const card = present(['slow:250@2']);
    const delays = [SELECT, GPO, READ].map((command) => {
      send(card, command);
      return card.delayMs?.();
    });
    expect(delays).toEqual([0, 250, 0]);
  });

  test.each([
    [1, [SELECT]],
    [2, [SELECT, GPO]],
    [3, [SELECT, GPO, READ]],
  ])('malformed TLV, answer %i', (at, commands) => {
    const answer = hex(send(present([`malformed@${at}`]), ...commands).at(-1) ?? '');
    expect(encodeHex(answer.subarray(-2))).toBe('9000');
    expect(decodeTlv(answer.subarray(0, -2)).ok).toBe(false);
  });

  test('commands are counted anew from each reset', () => {
    const card = present(['status:6F00@1']);
    expect(send(card, SELECT)).toEqual(['6F00']);
    card.reset();
    expect(send(card, SELECT)).toEqual(['6F00']);
  });

  test('several at once', () => {
    const card = present(['status:6A82@1', 'cut:1@3']);
    expect(send(card, SELECT, SELECT, GPO)).toEqual(['6A82', expect.stringMatching(/9000$/), '77']);
  });
});

describe('a fault of the wearable itself', () => {
  test('replays its first cryptogram, also when it is made again', () => {
    const replay = {};
    const memory = freshMemory();
    const answers = [1, 2].map(() => {
      const card = presentWearable(EVERYDAY, { memory, replay, ...planned(['replay']) });
      return send(card, SELECT, GPO)[1];
    });
    expect(answers[0]).toMatch(/9F36020001/);
    expect(answers[1]).toBe(answers[0]);
  });

  test('expired applications and certificates', () => {
    const profile = profileWith({ type: 'contact' }, { type: 'kernel8', aid: 'A0000009990108' });
    const memory = freshMemory();
    const contact = presentWearable(profile, {
      memory,
      interface: 'contact-t1',
      ...planned(['expired-application']),
    });
    const [, , data = ''] = send(
      contact,
      '00A4040007A000000999010100',
      '80A8000002830000',
      '00B2011400',
    );
    expect(tagValue(data, '5F24')).toBe('200131');
    const kernel8 = presentWearable(profile, { memory, ...planned(['expired-certificate']) });
    const point =
      '6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296' +
      '4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5';
    const [, , chain = ''] = send(
      kernel8,
      '00A4040007A000000999010800',
      `80A800004A834802800010FFFF0000${point}00`,
      '00B2011C00',
    );
    expect(tagValue(chain, '90')).toMatch(/^120099999900FF1020200131/);
  });

  test('as its profile has it', () => {
    const parsed = parseProfile({
      ...profileWith({ type: 'contact' }),
      faults: ['status:6A81@1'],
    });
    if (!parsed.ok) throw new Error(parsed.error);
    expect(send(present([], parsed.value), SELECT)).toEqual(['6A81']);
  });
});

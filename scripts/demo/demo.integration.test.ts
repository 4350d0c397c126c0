import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function demo(...args: readonly string[]): Promise<Ended> {
  const program = path.resolve(import.meta.dirname, '../demo.ts');
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors]: [string[], string[]] = [[], []];
  child.stdout.on('data', (chunk) => output.push(String(chunk)));
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      resolve({ code, output: output.join(''), errors: errors.join('') });
    });
  });
}

/** No test PAN may be printed in full: they all begin so. */
const PAN = /9999990\d{9}/;

describe('npm run demo', () => {
  test.each([
    [['--amount', '14.30'], 'approved', 1430, ['0100', '0110']],
    [['--decline'], 'declined', 1430, ['0100', '0110']],
    [['--timeout'], 'reversed', 1430, ['0100', '0400', '0410']],
  ])('%j', async (args, outcome, amountMinor, types) => {
    const { code, output } = await demo('--json', ...args);
    const told = JSON.parse(output);
    expect(told).toMatchObject({ outcome, amountMinor, currency: 'EUR' });
    expect(told.messages.map((message: { mti: string }) => message.mti)).toEqual(types);
    expect(told.apdus[0]).toMatchObject({ name: 'SELECT 2PAY.SYS.DDF01', statusWord: '9000' });
    expect(told.timingsMs.total).toBeGreaterThan(0);
    if (outcome !== 'reversed') expect(told.score.score).toBeGreaterThanOrEqual(0);
    expect(output).not.toMatch(PAN);
    expect(code).toBe(0);
  });

  test('tells the story in words, masked', async () => {
    const { code, output } = await demo();
    for (const words of [
      'Basket',
      'GET PROCESSING OPTIONS',
      'Primary account number',
      '\nPaid\n',
    ]) {
      expect(output).toContain(words);
    }
    expect(output).toContain('999999******');
    expect(output).not.toMatch(PAN);
    expect(code).toBe(0);
  });

  test('ends with 1 when the outcome is not the one asked for', async () => {
    const { code, output } = await demo('--json', '--amount', '5000.00');
    expect(JSON.parse(output).outcome).toBe('declined');
    expect(code).toBe(1);
  });

  test.each([
    [['--amount', '0'], '--amount takes an amount'],
    [['--amount', '14,30'], '--amount takes an amount'],
    [['--decline', '--timeout'], 'not both'],
    [['--nonsense'], '--nonsense'],
  ])('%j is refused with a sentence and code 2', async (args, sentence) => {
    const { code, output, errors } = await demo(...args);
    expect(errors).toContain(sentence);
    expect(output).toBe('');
    expect(code).toBe(2);
  });

  test('--story hotel: every kind of message, and a day that both count alike', async () => {
    const { code, output } = await demo('--story', 'hotel');
    const sent = output.split('\n').flatMap((line) => {
      const [, request, , answer] = /^ +(\d{4})( \S+)? → (\d{4} \d\d)$/.exec(line) ?? [];
      return request ? [`${request}>${answer}`] : [];
    });
    expect(sent).toEqual([
      ...['0100>0110 00', '0100>0110 00', '0100>0110 00', '0100>0110 00', '0420>0430 00'],
      ...['0220>0230 00', '0100>0110 00', '0200>0210 00', '0220>0230 00', '0500>0510 00'],
    ]);
    expect(output).toContain('The host counts 1 taken, €243.50; 1 given back, €12.50.');
    expect(output).not.toMatch(PAN);
    expect(code).toBe(0);
  });
});

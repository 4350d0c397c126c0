import { hex } from '../../../bytes/hex.ts';
import type { KernelActivation } from '../kernel-activation.ts';
import { preProcess } from '../pre-processing.ts';
import { openDatabase } from './configuration.ts';
import type { ExchangeData } from './terminal-exchange.ts';
import { type Kernel2Transaction, newTransaction } from './transaction.ts';

/** Data objects as hex by tag. */
export type HexObjects = Readonly<Record<string, string>>;

/** What a test says of the reader. */
export interface ReaderSetup {
  /** Of the combination. */
  readonly data?: HexObjects;
  readonly amountMinor?: bigint;
  readonly amountOtherMinor?: bigint;
  readonly type?: string;
  readonly date?: string;
  readonly limits?: KernelActivation['combination']['limits'];
}

/** The activation of a test's kernel, with as many unpredictable numbers as it takes. */
export function activationOf(setup: ReaderSetup = {}, fci = ''): KernelActivation {
  const { amountMinor = 1000n, amountOtherMinor = 0n, type = '00', date = '261127' } = setup;
  const sale = {
    amountMinor,
    amountOtherMinor,
    transactionType: type,
    currency: '978',
    terminalCountry: '056',
    date,
    time: '120000',
    unpredictableNumbers: [],
    terminalData: {},
  };
  const combination = {
    aid: 'A0000000041010',
    kernelId: 2,
    limits: setup.limits ?? {},
    data: bytesByTag(setup.data ?? {}),
  };
  let taken = 0;
  const input = { ...sale, combinations: [combination] };
  const [prepared] = preProcess(input);
  if (!prepared) throw new Error('the combination serves every type of transaction');
  return {
    input,
    combination: prepared,
    candidate: {
      adfName: hex('A0000000041010'),
      label: '',
      priority: 1,
      combination: prepared,
    },
    fci: hex(fci),
    selectStatusWord: '9000',
    takeUnpredictableNumber: () => hex(`000000${(++taken).toString(16).padStart(2, '0')}`),
    takeEphemeralPrivateKey: () => {
      throw new Error('kernel 2 has no such key');
    },
  };
}

/** A transaction in EMV mode with these objects, as if the steps before had put them there. */
export function transactionOf(
  objects: HexObjects = {},
  setup: ReaderSetup = {},
  exchangeData?: ExchangeData,
): Kernel2Transaction {
  const activation = activationOf(setup);
  const data = openDatabase(activation);
  data.set('95', new Uint8Array(5));
  for (const [tag, value] of Object.entries(bytesByTag(objects))) data.set(tag, value);
  const t = newTransaction(activation, data, exchangeData, []);
  t.mode = 'emv';
  return t;
}

function bytesByTag(objects: HexObjects): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(objects).map(([tag, value]) => [tag, hex(value)]));
}

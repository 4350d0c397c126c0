import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { describeCardReaderContract } from '../simulated/card-reader.contract.ts';
import { openPcscReaders, type PcscReader } from './pcsc-reader.ts';
import { HAS_PCSCD, Pcscd } from './pcscd.fixture.ts';
import { VirtualField } from './virtual-field.fixture.ts';

describe.skipIf(!HAS_PCSCD)('with pcscd and a virtual reader', () => {
  const service = new Pcscd();
  let field: VirtualField;

  beforeAll(() => service.start());
  afterAll(() => service.end());
  afterEach(() => field.close());

  async function openReady(): Promise<PcscReader> {
    field = new VirtualField();
    const reader = openPcscReaders();
    if (reader.state() === 'ready') return reader;
    await new Promise<void>((resolve) => {
      reader.onStateChange((state) => state === 'ready' && resolve());
    });
    return reader;
  }

  describeCardReaderContract('the PC/SC reader', async () => ({
    reader: await openReady(),
    present: (card) => field.present(card),
    remove: () => field.remove(),
  }));
});

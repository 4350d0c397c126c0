import type { SimpleProfile } from './profile.ts';

/** A wearable of tests. Its account and its key are nobody's. */
export const EVERYDAY: SimpleProfile = {
  wearableId: 'everyday',
  name: 'Everyday',
  hint: 'pays',
  aid: 'F0544553534501',
  applicationLabel: 'TESSERA PAY',
  kernelId: 3,
  pan: '9999990000000015',
  panSequenceNumber: '01',
  expiry: '2802',
  cardholderVerification: 'cdcvm',
  iccMasterKeyHex: '0123456789ABCDEFFEDCBA9876543210',
};

import { TVR as CONTACT_TVR, RELAY_TVR } from '../../terminal-verification-results.ts';

/**
 * The data objects that kernel 2 reads and writes by name. The tags are publicly described; Book
 * C-2, annex A, which defines them, is not public.
 */
export const K2 = {
  applicationCapabilities: '9F5D',
  balanceAfterGenerateAc: 'DF8105',
  balanceBeforeGenerateAc: 'DF8104',
  cardDataInputCapability: 'DF8117',
  cdol1RelatedData: 'DF8107',
  cvmCapabilityNotRequired: 'DF8119',
  cvmCapabilityRequired: 'DF8118',
  cvmRequiredLimit: 'DF8126',
  dataRecord: 'FF8105',
  defaultUdol: 'DF811A',
  deviceEntropy: 'DF8302',
  deviceResponseTime: 'DF8305',
  discretionaryData: 'FF8106',
  discretionaryTrack1: 'DF812A',
  discretionaryTrack2: 'DF812B',
  drdol: '9F51',
  drdolRelatedData: 'DF8113',
  dsAcType: 'DF8108',
  dsDigestH: 'DF61',
  dsId: '9F5E',
  dsInputTerm: 'DF8109',
  dsOdsCard: '9F54',
  dsOdsInfo: 'DF62',
  dsOdsInfoForReader: 'DF810A',
  dsRequestedOperatorId: '9F5C',
  dsSlotAvailability: '9F5F',
  dsSlotManagement: '9F6F',
  dsSummary1: '9F7D',
  dsSummary2: 'DF8101',
  dsSummary3: 'DF8102',
  dsSummaryStatus: 'DF810B',
  dsUnpredictableNumber: '9F7F',
  dsdol: '9F5B',
  dsvnTerm: 'DF810D',
  errorIndication: 'DF8115',
  floorLimit: 'DF8123',
  holdTime: 'DF8130',
  idsStatus: 'DF8128',
  kernelConfiguration: 'DF811B',
  magStripeCvmNotRequired: 'DF812C',
  magStripeCvmRequired: 'DF811E',
  maxRelayGrace: 'DF8133',
  maxRelayTime: 'DF8304',
  maxTornLifetime: 'DF811C',
  maxTornRecords: 'DF811D',
  measuredRelayTime: 'DF8306',
  messageHoldTime: 'DF812D',
  minRelayGrace: 'DF8132',
  minRelayTime: 'DF8303',
  mobileSupport: '9F7E',
  offlineAccumulatorBalance: '9F50',
  outcomeParameterSet: 'DF8129',
  pdolRelatedData: 'DF8111',
  phoneMessageTable: 'DF8131',
  posCardholderInteraction: 'DF4B',
  postGenerateAcPutDataStatus: 'DF810E',
  preGenerateAcPutDataStatus: 'DF810F',
  proceedToFirstWrite: 'DF8110',
  referenceControl: 'DF8114',
  relayAccuracyThreshold: 'DF8136',
  relayCounter: 'DF8307',
  relayMismatchThreshold: 'DF8137',
  securityCapability: 'DF811F',
  tacDefault: 'DF8120',
  tacDenial: 'DF8121',
  tacOnline: 'DF8122',
  tagsToRead: 'DF8112',
  tagsToWriteAfter: 'FF8103',
  tagsToWriteBefore: 'FF8102',
  terminalCommandTime: 'DF8134',
  terminalEntropy: 'DF8301',
  terminalResponseTime: 'DF8135',
  thirdPartyData: '9F6E',
  tornRecord: 'FF8101',
  transactionLimit: 'DF8124',
  transactionLimitOnDevice: 'DF8125',
  udol: '9F69',
  unpredictableNumberNumeric: '9F6A',
  userInterfaceRequest: 'DF8116',
} as const;

/** Terminal verification results (95), those of relay resistance in place of contact's. */
export const TVR = { ...CONTACT_TVR, ...RELAY_TVR } as const;

/** Bits of the application interchange profile (82) as kernel 2 reads them. */
export const AIP = {
  cardholderVerification: { byte: 1, mask: 0x10 },
  onDeviceVerification: { byte: 1, mask: 0x02 },
  cda: { byte: 1, mask: 0x01 },
  emvMode: { byte: 2, mask: 0x80 },
  relayResistance: { byte: 2, mask: 0x01 },
} as const;

/** Bits of the kernel configuration (DF811B). */
export const CONFIGURATION = {
  noMagStripeMode: { byte: 1, mask: 0x80 },
  noEmvMode: { byte: 1, mask: 0x40 },
  onDeviceVerification: { byte: 1, mask: 0x20 },
  relayResistance: { byte: 1, mask: 0x10 },
} as const;

/** Bits of the application capabilities information (9F5D); its version number is a nibble. */
export const CAPABILITIES = {
  fieldOffDetection: { byte: 2, mask: 0x04 },
  balanceReading: { byte: 2, mask: 0x02 },
  cdaOverAac: { byte: 2, mask: 0x01 },
} as const;

/** Bits of the IDS status (DF8128). */
export const IDS = {
  read: { byte: 1, mask: 0x80 },
  write: { byte: 1, mask: 0x40 },
} as const;

/** Bits of the DS ODS info for reader (DF810A). */
export const ODS_INFO = {
  usableForArqc: { byte: 1, mask: 0x40 },
  usableForAac: { byte: 1, mask: 0x20 },
  stopIfNoTerm: { byte: 1, mask: 0x04 },
  stopIfWriteFailed: { byte: 1, mask: 0x02 },
} as const;

import type { ContactlessKernel } from './kernel-activation.ts';
import { runKernel2 } from './kernel2/kernel2.ts';
import { runKernel3 } from './kernel3/kernel3.ts';
import { runKernel8 } from './kernel8/kernel8.ts';

/** Every kernel there is, by kernel identifier: another kernel is one folder and one line. */
export const KERNELS: Readonly<Record<number, ContactlessKernel>> = {
  2: runKernel2,
  3: runKernel3,
  8: runKernel8,
};

/** Why this browser keeps nothing. */
import type { StorageFaultKind } from '../../engine/ports.ts';
import type { Explanation } from './explanation.ts';

export const storage: Readonly<Record<StorageFaultKind, Explanation>> = {
  denied: {
    what: 'this browser does not let Sealroom store anything',
    next: 'Your text is lost when you close this tab. Copy it to a safe place, then leave private browsing or allow this site to store data.',
  },
  full: {
    what: 'the storage of this device is full',
    next: 'New text is lost when you close this tab. Free some space, or remove documents that you no longer need from this device.',
  },
  failed: {
    what: 'this browser could not write to its storage',
    next: 'New text is lost when you close this tab. Copy it to a safe place, then restart the browser.',
  },
};

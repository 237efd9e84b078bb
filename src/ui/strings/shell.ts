/** The app as a whole, and what can keep it from working. */
import type { EngineProblem } from '../../engine/api.ts';

export const blocked = {
  elsewhere: 'Sealroom is open in another tab',
  unsupported: 'Sealroom cannot start here',
} as const;

export const problems = {
  retired: 'Sealroom was updated in another tab. Reload to go on.',
  elsewhere: 'Sealroom is open in another tab, and this browser can run only one. Close that tab, then go on here.',
  unsupported:
    'This browser lacks what Sealroom needs, or the page did not come over HTTPS. Use a current version of Firefox, Chrome, Edge or Safari, and an address that begins with https://.',
  protocol: 'The server and this app speak different versions. Your text is safe on this device. Reload to update.',
} satisfies Record<Exclude<EngineProblem['type'], 'storage'>, string>;

export const update = { ready: 'A new version is ready', apply: 'Reload' } as const;

export const failures = {
  heading: 'This document cannot be opened',
  linkHeading: 'This link cannot be opened',
  missingHeading: 'This document is not on this device',
  missing:
    'Its key is part of the share link, and this device does not have it. Open the whole link that was sent to you.',
  notFoundHeading: 'There is nothing here',
  notFound: 'The address is not one of Sealroom’s.',
  toStart: 'Go to your documents',
  broken: 'This document holds something that this version cannot show',
  brokenBody:
    'Your text is safe, and nothing was changed. Reload the page to get the newest version. Until then you can read what could be understood, as plain text:',
  crashedHeading: 'Something went wrong in this page',
  crashed: 'That is a mistake of ours. What you wrote is stored on this device. Reload the page to go on.',
  startHeading: 'Sealroom cannot start in this browser',
  start:
    'It needs workers and storage, which this browser does not offer here. Leave private browsing, or use a current version of Firefox, Chrome, Edge or Safari.',
  createFailed: 'The document could not be made',
} as const;

/** Documents where newcomers start empty: their earlier parts. */

const list = new Intl.ListFormat('en');

export const parts = {
  open: 'Earlier parts',
  heading: 'Earlier parts',
  body: 'What was written before somebody was let in: to be read, not to be changed. It is kept on the devices that were there then, and goes with the document when you remove it. A device that you add later does not get it.',
  which: 'Part',
  text: 'Text of this part',
  who: (kind: 'account' | 'link', name: string | null, isSelf: boolean) =>
    isSelf ? 'you' : kind === 'link' ? 'a link' : (name ?? 'somebody'),
  /** `links` come in by being made. */
  cameIn: (who: readonly string[]) =>
    who.length === 1 && who[0] === 'a link'
      ? 'a link was made'
      : `${list.format(who.length > 0 ? who : ['somebody'])} came in`,
  since: (cameIn: string, when: string | null) => `A new page since ${cameIn}${when === null ? '' : `, ${when}`}.`,
  until: (cameIn: string, date: string | null) => `Until ${cameIn}${date === null ? '' : `, ${date}`}`,
  /** On a device that has none of them. */
  elsewhere: 'What was written before this page is with those who were in then.',
} as const;

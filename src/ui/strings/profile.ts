/** How others see a person. */

export const profile = {
  open: (name: string) => `Your profile: ${name}`,
  heading: 'How others see you',
  body: 'Your name and colour go along with your cursor. They are encrypted like the text, and you can change them at any time.',
  name: 'Your name',
  color: 'Your colour',
  save: 'Save',
  anonymous: 'Guest',
  you: (name: string) => `${name} (you)`,
  suggestions: {
    qualities: 'Quiet Bright Curious Gentle Brisk Patient Merry Steady Nimble Sunny Wise Kind'.split(' '),
    animals: 'Heron Otter Finch Badger Wren Hare Marten Lynx Swift Robin Beaver Newt'.split(' '),
  },
} as const;

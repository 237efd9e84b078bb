/** Colours that stand for people. White text on each of them is readable, and each can be told from both page colours. */
export const PALETTE = [
  { name: 'Pine', hex: '#1f6f68' },
  { name: 'Moss', hex: '#4a7023' },
  { name: 'Amber', hex: '#8a5c00' },
  { name: 'Brick', hex: '#b1452c' },
  { name: 'Rose', hex: '#b83268' },
  { name: 'Plum', hex: '#8a3f96' },
  { name: 'Iris', hex: '#5b54c4' },
  { name: 'Sea', hex: '#1b6a9c' },
  { name: 'Cocoa', hex: '#7c5442' },
  { name: 'Slate', hex: '#51616e' },
] as const;

export const NEUTRAL_COLOR = '#51616e';
/** WCAG 2.2, 1.4.3: small text. */
const MIN_CONTRAST = 4.5;

type Rgb = readonly [number, number, number];

const channels = (hex: string): Rgb => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];

/** Relative luminance, 0 (black) to 1 (white). WCAG 2.2, "relative luminance". */
function luminance(rgb: Rgb): number {
  const linear = (value: number): number => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
}

export const contrastWithWhite = (hex: string): number => 1.05 / (luminance(channels(hex)) + 0.05);

/**
 * The colour of another person as it may be used here: it arrives from outside, so it can be anything. Too light ones are
 * darkened until white text can be read on them.
 */
export function readableColor(color: unknown): string {
  if (typeof color !== 'string' || !/^#[0-9a-f]{6}$/i.test(color)) return NEUTRAL_COLOR;
  let hex = color.toLowerCase();
  while (contrastWithWhite(hex) < MIN_CONTRAST) {
    hex = `#${channels(hex)
      .map((value) =>
        Math.floor(value * 0.92)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')}`;
  }
  return hex;
}

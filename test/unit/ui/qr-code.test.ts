import { encodeQR } from 'qr';
import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { loadDecoder } from '../../../src/ui/controls/camera.ts';
import { qrPath } from '../../../src/ui/controls/qr-path.ts';

const TEXT = `sealroom-device-${'k7Qz'.repeat(30)}`;
const SCALE = 4;

/** Draws what a path says: rectangles of `Mx yhWv1HXz`, black on white. */
function draw(path: string, modules: number) {
  const side = modules * SCALE;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g)) {
    for (let row = Number(y) * SCALE; row < (Number(y) + 1) * SCALE; row += 1) {
      for (let column = Number(x) * SCALE; column < (Number(x) + Number(width)) * SCALE; column += 1) {
        data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
      }
    }
  }
  return { width: side, height: side, data };
}

describe('a code for cameras', () => {
  it('is drawn so that it can be read', () => {
    const grid = encodeQR(TEXT, 'raw', { border: 4, ecc: 'medium' });
    expect(decodeQR(draw(qrPath(grid), grid.length))).toBe(TEXT);
  });

  it('is a path of as many dark modules as the code has', () => {
    const grid = [
      [true, true, false],
      [false, true, false],
    ];
    expect(qrPath(grid)).toBe('M0 0h2v1H0zM1 1h1v1H1z');
  });

  it('that is not in the picture is no error', async () => {
    const decode = await loadDecoder();
    expect(decode({ width: 64, height: 64, data: new Uint8ClampedArray(64 * 64 * 4).fill(255) })).toBeUndefined();
  });
});

/** What a camera sees that is held in front of a code: a file that Chromium plays in place of a camera. */
import { writeFileSync } from 'node:fs';
import type { Locator } from '@playwright/test';

const [WIDTH, HEIGHT] = [640, 480];
/** Brightness behind the code, as of a table. */
const GREY = 120;
const NO_COLOUR = 128;

type Grey = { readonly width: number; readonly height: number; readonly luma: Buffer };

/** Films what the locator shows on its screen, as YUV4MPEG2: each frame the brightness of all pixels, then two planes of colour. */
export async function film(code: Locator, file: string): Promise<void> {
  const { width, height, luma } = await photograph(code);
  if (width > WIDTH || height > HEIGHT) throw new Error(`the code is ${width}×${height}, too large for the picture`);
  const picture = Buffer.alloc(WIDTH * HEIGHT, GREY);
  const [left, top] = [(WIDTH - width) >> 1, (HEIGHT - height) >> 1];
  for (let row = 0; row < height; row++) {
    luma.copy(picture, (top + row) * WIDTH + left, row * width, (row + 1) * width);
  }
  const colour = Buffer.alloc((WIDTH * HEIGHT) / 2, NO_COLOUR);
  const frame = [Buffer.from('FRAME\n'), picture, colour];
  writeFileSync(
    file,
    Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420\n`), ...frame, ...frame]),
  );
}

/** Pixels of a screenshot. An empty page of the same browser reads the image. */
async function photograph(code: Locator): Promise<Grey> {
  const png = (await code.screenshot()).toString('base64');
  const darkroom = await code.page().context().newPage();
  const { width, height, bytes } = await darkroom.evaluate(async (image) => {
    const data = Uint8Array.from(atob(image), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([data], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const pixels = context?.getImageData(0, 0, bitmap.width, bitmap.height).data ?? new Uint8ClampedArray();
    // Dark on white, so one channel is the brightness.
    return { width: bitmap.width, height: bitmap.height, bytes: [...pixels].filter((_, index) => index % 4 === 1) };
  }, png);
  await darkroom.close();
  return { width, height, luma: Buffer.from(bytes) };
}

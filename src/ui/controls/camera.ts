import { type Accessor, createSignal, onCleanup } from 'solid-js';

/** `off`: not asked for. `starting`: the browser may be asking the person. */
export type CameraState = 'off' | 'starting' | 'on' | 'denied' | 'missing';

/** Often enough to feel immediate; decoding a frame takes some milliseconds. */
const LOOK_EVERY_MS = 150;
/** Frames are made smaller than this, in pixels: codes on a screen are large, and decoding costs by the pixel. */
const MAX_FRAME_SIDE = 800;

export type Camera = {
  readonly state: Accessor<CameraState>;
  readonly stream: Accessor<MediaStream | null>;
  start(): Promise<void>;
  stop(): void;
};

/** The device's camera, for as long as the owner lives and wants it. */
export function createCamera(): Camera {
  const [state, setState] = createSignal<CameraState>('off');
  const [stream, setStream] = createSignal<MediaStream | null>(null);
  let wanted = false;
  const close = (media: MediaStream | null): void => {
    for (const track of media?.getTracks() ?? []) track.stop();
  };
  const start = async (): Promise<void> => {
    wanted = true;
    setState('starting');
    try {
      const media = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' }, audio: false });
      // The person may have changed their mind while the browser asked.
      if (!wanted) return close(media);
      setStream(media);
      setState('on');
    } catch (error) {
      if (wanted) setState(error instanceof DOMException && error.name === 'NotAllowedError' ? 'denied' : 'missing');
    }
  };
  const stop = (): void => {
    wanted = false;
    close(stream());
    setStream(null);
    setState('off');
  };
  onCleanup(stop);
  return { state, stream, start, stop };
}

type Frame = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

/** What a code in the picture says, or undefined. */
export type DecodeFrame = (frame: Frame) => string | undefined;

/** The decoder is not needed before somebody scans. */
export async function loadDecoder(): Promise<DecodeFrame> {
  const { default: decodeQR } = await import('qr/decode.js');
  return (frame) => {
    try {
      return decodeQR(frame);
    } catch {
      // No code in this picture.
      return undefined;
    }
  };
}

/** Looks at the video until there is a code in it, or the returned function is called. */
export function watchForCode(video: HTMLVideoElement, decode: DecodeFrame, onCode: (text: string) => void): () => void {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const timer = setInterval(() => {
    if (context === null || video.videoWidth === 0) return;
    const scale = Math.min(1, MAX_FRAME_SIDE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    const text = decode(context.getImageData(0, 0, canvas.width, canvas.height));
    if (text === undefined || text === '') return;
    clearInterval(timer);
    onCode(text);
  }, LOOK_EVERY_MS);
  return () => clearInterval(timer);
}

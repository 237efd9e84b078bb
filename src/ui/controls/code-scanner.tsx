import CameraIcon from 'lucide-solid/icons/camera';
import CameraOff from 'lucide-solid/icons/camera-off';
import { createEffect, createSignal, type JSX, onCleanup, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { strings } from '../strings.ts';
import { Button } from './button.tsx';
import { type CameraState, createCamera, type DecodeFrame, loadDecoder, watchForCode } from './camera.ts';
import styles from './code-scanner.module.css';

const words = strings.scanner;
const SAYS: Readonly<Record<CameraState, string>> = {
  off: '',
  starting: words.starting,
  on: words.looking,
  denied: words.denied,
  missing: words.missing,
};

/** Reads a code with the camera. An aid only: whoever uses it also offers a field for the text. */
export function CodeScanner(props: { label?: string | undefined; onCode: (text: string) => void }): JSX.Element {
  const camera = createCamera();
  const [decode, setDecode] = createSignal<DecodeFrame>();
  const isOpen = (): boolean => camera.state() === 'on' || camera.state() === 'starting';
  const toggle = async (): Promise<void> => {
    if (isOpen()) return camera.stop();
    try {
      const [decoder] = await Promise.all([loadDecoder(), camera.start()]);
      setDecode(() => decoder);
    } catch {
      // The decoder could not be fetched; the text is there instead.
      camera.stop();
    }
  };
  const onCode = (text: string): void => {
    camera.stop();
    props.onCode(text);
  };
  return (
    <div class={styles.scanner}>
      <Button look="plain" onClick={() => void toggle()}>
        <Show when={isOpen()} fallback={<CameraIcon size={16} aria-hidden="true" />}>
          <CameraOff size={16} aria-hidden="true" />
        </Show>
        {isOpen() ? words.stop : (props.label ?? words.scan)}
      </Button>
      <Show when={camera.stream()}>{(stream) => <Picture stream={stream()} decode={decode()} onCode={onCode} />}</Show>
      <p class={styles.says} role="status">
        {SAYS[camera.state()]}
      </p>
    </div>
  );
}

function Picture(props: {
  stream: MediaStream;
  decode: DecodeFrame | undefined;
  onCode: (text: string) => void;
}): JSX.Element {
  const [video, setVideo] = createSignal<HTMLVideoElement>();
  createEffect(() => {
    const element = video();
    if (element === undefined) return;
    element.muted = true;
    element.playsInline = true;
    element.srcObject = props.stream;
    void element.play().catch(() => undefined);
    onCleanup(() => {
      element.srcObject = null;
    });
  });
  createEffect(() => {
    const element = video();
    if (element === undefined || props.decode === undefined) return;
    onCleanup(watchForCode(element, props.decode, (text) => props.onCode(text)));
  });
  // Made by name, so that the page's policy for markup need not know any element that loads something.
  return <Dynamic component="video" ref={setVideo} class={styles.picture} aria-label={words.video} />;
}

import { For, type JSX } from 'solid-js';
import { createCopying } from '../../controls/clipboard.ts';
import { CopyButton } from '../../controls/copy-button.tsx';
import { QrCode } from '../../controls/qr-code.tsx';
import { strings } from '../../strings.ts';
import styles from './pairing-page.module.css';

const words = strings.pairing;

/** What this device shows to the one that lets it in. */
export function PairingCode(props: { code: string }): JSX.Element {
  const { result, copy } = createCopying();
  let field!: HTMLTextAreaElement;
  const copyCode = async (): Promise<void> => {
    await copy(props.code);
    if (result() === 'denied') field.select();
  };
  const said = (): string =>
    result() === 'copied' ? words.copied : result() === 'denied' ? strings.recoveryCode.copyFailed : '';
  return (
    <>
      <div class={styles.code}>
        <QrCode text={props.code} label={words.qr} />
        <p class={styles.waiting} role="status">
          <span class={styles.pulse} aria-hidden="true" />
          {words.waiting}
        </p>
      </div>
      <ol class={styles.steps}>
        <For each={words.steps}>{(step) => <li>{step}</li>}</For>
      </ol>
      <label class={styles.label} for="pairing-code">
        {words.code}
      </label>
      <textarea id="pairing-code" ref={field} class={styles.text} readOnly rows={4} value={props.code} />
      <div class={styles.copy}>
        <CopyButton result={result()} onCopy={() => void copyCode()}>
          {words.copy}
        </CopyButton>
        <span role="status">{said()}</span>
      </div>
    </>
  );
}

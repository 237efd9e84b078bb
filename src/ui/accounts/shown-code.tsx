import Download from 'lucide-solid/icons/download';
import Printer from 'lucide-solid/icons/printer';
import TriangleAlert from 'lucide-solid/icons/triangle-alert';
import { For, type JSX } from 'solid-js';
import { Portal } from 'solid-js/web';
import { Button, buttonClass } from '../controls/button.tsx';
import { createCopying } from '../controls/clipboard.ts';
import { CopyButton } from '../controls/copy-button.tsx';
import { createDownload } from '../documents/download.ts';
import { strings } from '../strings.ts';
import form from './form-page.module.css';
import styles from './recovery-code.module.css';

const words = strings.recoveryCode;

/** The recovery code, and ways to keep it. */
export function ShownCode(props: { name: string; code: string }): JSX.Element {
  const { result, copy } = createCopying();
  const file = createDownload(() => words.file(props.name, props.code, location.host));
  const said = (): string => (result() === 'copied' ? words.copied : result() === 'denied' ? words.copyFailed : '');
  return (
    <>
      <p>{words.body}</p>
      <section class={styles.code} aria-label={words.code}>
        <Groups code={props.code} />
      </section>
      <div class={styles.keep}>
        <CopyButton result={result()} onCopy={() => void copy(props.code)}>
          {words.copy}
        </CopyButton>
        <a class={buttonClass('plain')} href={file()} download={words.fileName(props.name)}>
          <Download size={16} aria-hidden="true" />
          {words.download}
        </a>
        <Button look="plain" onClick={() => window.print()}>
          <Printer size={16} aria-hidden="true" />
          {words.print}
        </Button>
      </div>
      <p class={styles.status} role="status">
        {said()}
      </p>
      <p class={form.warning}>
        <TriangleAlert size={18} aria-hidden="true" />
        <span>{words.warning}</span>
      </p>
      <Sheet name={props.name} code={props.code} />
    </>
  );
}

function Groups(props: { code: string }): JSX.Element {
  const groups = (): readonly string[] => props.code.split('-');
  return (
    <For each={groups()}>
      {(group, index) => (
        <>
          <span class={styles.group}>
            {group}
            {index() < groups().length - 1 ? '-' : ''}
          </span>
        </>
      )}
    </For>
  );
}

/** What is printed in place of the page. */
function Sheet(props: { name: string; code: string }): JSX.Element {
  return (
    <Portal>
      <div class={styles.sheet}>
        <h1 class={styles.sheetHeading}>{words.sheetHeading}</h1>
        <p class={styles.sheetName}>
          {strings.entry.name}: {props.name}
        </p>
        <p class={styles.sheetCode}>{props.code}</p>
        <p>{words.purpose(location.host)}</p>
      </div>
    </Portal>
  );
}

import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import type { Person } from '../../../engine/accounts/api.ts';
import { Button } from '../../controls/button.tsx';
import { CodeScanner } from '../../controls/code-scanner.tsx';
import { QrCode } from '../../controls/qr-code.tsx';
import { strings } from '../../strings.ts';
import styles from './person-page.module.css';
import { safetyGroups } from './safety-groups.ts';

const words = strings.contacts;

type Props = { person: Person; verified: boolean; changed: boolean; onVerify: (verified: boolean) => void };

/** The number and code that two people compare, and what follows from it. */
export function SafetyNumber(props: Props): JSX.Element {
  const groups = createMemo(() => safetyGroups(props.person.safetyNumber));
  return (
    <section>
      <h2 class={styles.subheading}>{words.numberHeading}</h2>
      <p class={styles.lead}>{words.numberBody(props.person.name)}</p>
      <div class={styles.both}>
        <ol class={styles.number} aria-label={words.number}>
          <For each={groups()}>{(group) => <li>{group}</li>}</For>
        </ol>
        <div class={styles.qr}>
          <QrCode text={props.person.safetyCode} label={words.qr} />
        </div>
      </div>
      <Comparison code={props.person.safetyCode} />
      <Show when={!props.changed}>
        <div class={styles.actions}>
          <Show
            when={props.verified}
            fallback={
              <Button look="primary" onClick={() => props.onVerify(true)}>
                {words.verify}
              </Button>
            }
          >
            <Button look="plain" onClick={() => props.onVerify(false)}>
              {words.unverify}
            </Button>
          </Show>
        </div>
      </Show>
    </section>
  );
}

/** Has the camera compare, which is surer than eyes. */
function Comparison(props: { code: string }): JSX.Element {
  const [scanned, setScanned] = createSignal<string>();
  const matches = (): boolean => scanned()?.trim() === props.code;
  return (
    <div class={styles.compare}>
      <CodeScanner label={words.scan} onCode={setScanned} />
      <div role="status">
        <Show when={scanned()}>
          <p class={styles.result} classList={{ [styles.match ?? '']: matches(), [styles.differ ?? '']: !matches() }}>
            {matches() ? words.matches : words.differs}
          </p>
        </Show>
      </div>
    </div>
  );
}

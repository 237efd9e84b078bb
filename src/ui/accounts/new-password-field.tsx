import { createSignal, For, type JSX, Show } from 'solid-js';
import { PasswordField } from '../controls/password-field.tsx';
import { strings } from '../strings.ts';
import type { NewPassword } from './new-password.ts';
import styles from './new-password-field.module.css';

const words = strings.passwordStrength;
const LEVELS = [1, 2, 3, 4];

/** Where a password is chosen: with its strength, and the reason if it is not accepted. */
export function NewPasswordField(props: { label: string; password: NewPassword; asked: boolean }): JSX.Element {
  const [touched, setTouched] = createSignal(false);
  const verdict = () => props.password.verdict();
  const isWrong = (): boolean =>
    (touched() || props.asked) && !verdict().accepted && (props.asked || props.password.text() !== '');
  return (
    <div class={styles.choice}>
      <PasswordField
        kind="new"
        label={props.label}
        value={props.password.text()}
        note={strings.signUp.passwordNote}
        error={isWrong() ? verdict().sentence : undefined}
        onInput={(text) => {
          setTouched(true);
          props.password.set(text);
        }}
        below={<Meter score={verdict().score} />}
      />
    </div>
  );
}

function Meter(props: { score: number | null }): JSX.Element {
  const level = (): string => (props.score === null ? '' : (words.levels[props.score] ?? ''));
  const isWeak = (): boolean => props.score !== null && props.score < 2;
  return (
    <div class={styles.meter}>
      <div class={styles.bars} aria-hidden="true">
        <For each={LEVELS}>
          {(bar) => (
            <span
              class={styles.bar}
              classList={{
                [styles.weak ?? '']: isWeak() && bar <= Math.max(1, props.score ?? 0),
                [styles.filled ?? '']: !isWeak() && bar <= (props.score ?? 0),
              }}
            />
          )}
        </For>
      </div>
      <p class={styles.level} aria-live="polite">
        <Show when={level()}>
          <span class="visually-hidden">{words.label}: </span>
          {level()}
        </Show>
      </p>
    </div>
  );
}

import Check from 'lucide-solid/icons/check';
import { createSignal, createUniqueId, For, type JSX, Show } from 'solid-js';
import type { Profile } from '../../engine/api.ts';
import { Button } from '../controls/button.tsx';
import { DialogActions } from '../controls/dialog-actions.tsx';
import fields from '../controls/field.module.css';
import { strings } from '../strings.ts';
import { Avatar } from './avatar.tsx';
import { cleanName, MAX_NAME_LENGTH } from './names.ts';
import { PALETTE } from './palette.ts';
import styles from './profile.module.css';

/** Name and colour. A draft: what is typed here is nobody’s business until it is saved. */
export function ProfileForm(props: {
  profile: Profile;
  onSave: (profile: Profile) => void;
  /** Where there is something to go back to. */
  onCancel?: () => void;
  onChange?: () => void;
}): JSX.Element {
  const [name, setName] = createSignal(props.profile.name);
  const [color, setColor] = createSignal(props.profile.color);
  const id = createUniqueId();
  const save = (event: Event): void => {
    event.preventDefault();
    props.onSave({ name: cleanName(name()) || strings.profile.anonymous, color: color() });
  };
  return (
    <form onSubmit={save}>
      <div class={styles.preview}>
        <Avatar name={cleanName(name()) || strings.profile.anonymous} color={color()} />
        <span class={styles.previewName}>{cleanName(name()) || strings.profile.anonymous}</span>
      </div>
      <label class={fields.label} for={id}>
        {strings.profile.name}
      </label>
      <input
        id={id}
        class={fields.input}
        value={name()}
        maxLength={MAX_NAME_LENGTH}
        autocomplete="nickname"
        onInput={(event) => {
          props.onChange?.();
          setName(event.currentTarget.value);
        }}
      />
      <fieldset class={styles.colors}>
        <legend class={styles.legend}>{strings.profile.color}</legend>
        <div class={styles.swatches}>
          <For each={PALETTE}>
            {(choice) => (
              <label class={styles.swatch} style={{ '--person': choice.hex }}>
                <input
                  type="radio"
                  name={`${id}-color`}
                  aria-label={choice.name}
                  checked={color() === choice.hex}
                  onChange={() => {
                    props.onChange?.();
                    setColor(choice.hex);
                  }}
                />
                <span class={styles.dot}>
                  <Check size={16} aria-hidden="true" />
                </span>
              </label>
            )}
          </For>
        </div>
      </fieldset>
      <DialogActions onPage={props.onCancel === undefined}>
        <Show when={props.onCancel}>
          {(onCancel) => (
            <Button look="plain" onClick={() => onCancel()()}>
              {strings.cancel}
            </Button>
          )}
        </Show>
        <Button look="primary" type="submit">
          {strings.profile.save}
        </Button>
      </DialogActions>
    </form>
  );
}

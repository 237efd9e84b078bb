import { createUniqueId, For, type JSX } from 'solid-js';
import type { Appearance } from '../../../engine/accounts/api.ts';
import fields from '../../controls/field.module.css';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import styles from './appearance-section.module.css';
import section from './section.module.css';
import { SectionHead } from './section-head.tsx';

const words = strings.appearance;
const CHOICES: readonly Appearance[] = ['system', 'light', 'dark'];

export function AppearanceSection(): JSX.Element {
  const session = useSession();
  const id = createUniqueId();
  return (
    <>
      <SectionHead heading={words.heading} lead={words.body} />
      <fieldset class={styles.choices}>
        <legend class="visually-hidden">{words.heading}</legend>
        <For each={CHOICES}>
          {(choice) => (
            <label class={styles.choice}>
              <input
                type="radio"
                name={id}
                checked={session.engine.appearance === choice}
                onChange={() => void session.client.setAppearance(choice)}
              />
              {words.choices[choice]}
            </label>
          )}
        </For>
      </fieldset>
      <h2 class={section.subheading}>{words.languageHeading}</h2>
      <p class={fields.note}>{words.language}</p>
    </>
  );
}

import { createSignal, type JSX } from 'solid-js';
import styles from '../accounts/form-page.module.css';
import { FormPage } from '../accounts/form-page.tsx';
import { SubmitButton } from '../controls/submit-button.tsx';
import { TextField } from '../controls/text-field.tsx';
import { explainReason, strings } from '../strings.ts';

const words = strings.linkPassword;

type Props = { busy: boolean; failure: 'wrong-password' | null; onPassword: (password: string) => void };

/** Before anything of the document is asked for. The password is shared, so it is shown: no password manager is to keep it as one's own. */
export function LinkPasswordPage(props: Props): JSX.Element {
  const [password, setPassword] = createSignal('');
  const [tried, setTried] = createSignal('');
  const failure = (): string | undefined =>
    props.failure !== null && !props.busy && password() === tried() ? explainReason(props.failure) : undefined;
  const submit = (event: Event): void => {
    event.preventDefault();
    if (props.busy || password() === '') return;
    setTried(password());
    props.onPassword(password());
  };
  return (
    <FormPage heading={words.heading} lead={words.lead}>
      <form onSubmit={submit}>
        <TextField
          label={words.label}
          value={password()}
          onInput={setPassword}
          error={failure()}
          name="link-password"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          readOnly={props.busy}
          required
        />
        <SubmitButton busy={props.busy} class={styles.submit}>
          {props.busy ? words.opening : words.open}
        </SubmitButton>
      </form>
    </FormPage>
  );
}

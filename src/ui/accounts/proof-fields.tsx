import { createSignal, type JSX, Show } from 'solid-js';
import type { Proof } from '../../engine/accounts/api.ts';
import { Button } from '../controls/button.tsx';
import { PasswordField } from '../controls/password-field.tsx';
import { strings } from '../strings.ts';
import { KnownUserName } from './known-user-name.tsx';
import styles from './proof-fields.module.css';
import { RecoveryCodeField } from './recovery-code-field.tsx';

const words = strings.account;

/** Who is at this device proves the account again: with the password or, for whoever forgot it, the recovery code. */
export function ProofFields(props: { name: string; proof: Proof; onChange: (proof: Proof) => void }): JSX.Element {
  const isPassword = (): boolean => props.proof.way === 'password';
  return (
    <div class={styles.proof}>
      <KnownUserName name={props.name} />
      <Show
        when={isPassword()}
        fallback={
          <RecoveryCodeField
            value={props.proof.secret}
            onInput={(secret) => props.onChange({ way: 'recovery', secret })}
          />
        }
      >
        <PasswordField
          kind="current"
          label={words.currentPassword}
          value={props.proof.secret}
          onInput={(secret) => props.onChange({ way: 'password', secret })}
        />
      </Show>
      <Button
        look="quiet"
        class={styles.other}
        onClick={() => props.onChange({ way: isPassword() ? 'recovery' : 'password', secret: '' })}
      >
        {isPassword() ? words.useRecovery : words.usePassword}
      </Button>
    </div>
  );
}

/** What is typed as proof, until it is needed. */
export function createProof() {
  const [proof, setProof] = createSignal<Proof>({ way: 'password', secret: '' });
  return { proof, setProof, reset: () => setProof({ way: 'password', secret: '' }) };
}

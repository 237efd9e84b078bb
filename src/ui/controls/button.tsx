import { type JSX, splitProps } from 'solid-js';
import styles from './button.module.css';

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger';
export type ButtonShape = 'normal' | 'large' | 'icon';

/** The class names of a button, for links and for component libraries that render their own element. */
export const buttonClass = (look: ButtonLook, shape: ButtonShape = 'normal'): string =>
  [styles.button, styles[look], shape === 'normal' ? '' : styles[shape]].join(' ');

type Props = JSX.ButtonHTMLAttributes<HTMLButtonElement> & { look: ButtonLook; shape?: ButtonShape };

export function Button(props: Props): JSX.Element {
  const [own, rest] = splitProps(props, ['look', 'shape', 'class']);
  return <button type="button" {...rest} class={`${buttonClass(own.look, own.shape)} ${own.class ?? ''}`} />;
}

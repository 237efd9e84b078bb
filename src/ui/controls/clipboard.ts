import { type Accessor, createSignal } from 'solid-js';

export type CopyResult = 'idle' | 'copied' | 'denied';

/** Copies text and says how it went: browsers may refuse, and then the person has to be shown the text instead. */
export function createCopying(write: (text: string) => Promise<void> = (text) => navigator.clipboard.writeText(text)): {
  result: Accessor<CopyResult>;
  copy: (text: string) => Promise<void>;
} {
  const [result, setResult] = createSignal<CopyResult>('idle');
  const copy = async (text: string): Promise<void> => {
    try {
      await write(text);
      setResult('copied');
    } catch {
      setResult('denied');
    }
  };
  return { result, copy };
}

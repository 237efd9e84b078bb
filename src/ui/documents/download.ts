import { type Accessor, createMemo, onCleanup } from 'solid-js';

/** An address under which a text can be downloaded, as long as the owner lives. */
export function createDownload(text: Accessor<string>): Accessor<string> {
  return createMemo(() => {
    const address = URL.createObjectURL(new Blob([text()], { type: 'text/plain;charset=utf-8' }));
    onCleanup(() => URL.revokeObjectURL(address));
    return address;
  });
}

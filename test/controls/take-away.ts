/** A Vite plugin that takes one defence away while its file is loaded. Nothing on disk is changed. See README.md here. */
import { relative } from 'node:path';
import type { Plugin } from 'vite';
import DEFENCES from './defences.json' with { type: 'json' };

type Defence = { readonly rule: string; readonly file: string; readonly find: string; readonly replace: string };

/** `rule`: of the defence to take away. */
export function takeAway(rule: string): Plugin {
  const defence = DEFENCES.find((candidate) => candidate.rule === rule);
  if (!defence) throw new Error(`no defence is called ${rule}`);
  return without(defence);
}

export function without({ rule, file, find, replace }: Defence): Plugin {
  return {
    name: 'take-away',
    enforce: 'pre',
    transform(code, id) {
      if (relative(process.cwd(), id.split('?')[0] ?? '') !== file) return undefined;
      const parts = code.split(find);
      if (parts.length !== 2) throw new Error(`${rule}: found ${parts.length - 1} times, not once`);
      return parts.join(replace);
    },
  };
}

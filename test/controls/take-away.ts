/** A Vite plugin that takes one defence away while its file is loaded. Nothing on disk is changed. See README.md here. */
import { relative } from 'node:path';
import type { Plugin } from 'vite';
import DEFENCES from './defences.json' with { type: 'json' };

/** `rule`: of the defence to take away. */
export function takeAway(rule: string): Plugin {
  const defence = DEFENCES.find((candidate) => candidate.rule === rule);
  if (!defence) throw new Error(`no defence is called ${rule}`);
  return {
    name: 'take-away',
    enforce: 'pre',
    transform(code, id) {
      if (relative(process.cwd(), id.split('?')[0] ?? '') !== defence.file) return undefined;
      const parts = code.split(defence.find);
      if (parts.length !== 2) throw new Error(`${defence.rule}: found ${parts.length - 1} times, not once`);
      return parts.join(defence.replace);
    },
  };
}

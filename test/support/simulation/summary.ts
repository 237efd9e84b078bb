/** The counts of many runs as a person reads them. */

const GROUPS = [
  ['hostile deeds', 'hostile: '],
  ['epochs of those who have no right', 'addition by '],
  ['changes of who is in', 'membership: '],
  ['faults', 'fault: '],
  ['records in logs', 'record: '],
  ['readings', 'read: '],
  ['snapshots', 'snapshot'],
] as const;

const REFUSED = 'hostile: refused: ';

/** A line for each group: its sum, then what it is made of, most frequent first. */
export function summaryOf(counts: Readonly<Record<string, number>>): string {
  const left = new Map(Object.entries(counts));
  const take = (prefix: string): [string, number][] => {
    const taken = [...left].filter(([kind]) => kind.startsWith(prefix));
    for (const [kind] of taken) left.delete(kind);
    return taken.map(([kind, count]) => [prefix === 'snapshot' ? kind : kind.slice(prefix.length), count]);
  };
  const line = (name: string, entries: readonly [string, number][]): string => {
    const sum = entries.reduce((total, [, count]) => total + count, 0);
    const parts = [...entries].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${kind} ${count}`);
    return `${name}: ${sum} (${parts.join(', ')})`;
  };
  const lines = [
    line('hostile records refused', take(REFUSED)),
    ...GROUPS.map(([name, prefix]) => line(name, take(prefix))),
  ];
  return [
    [...left]
      .map(([kind, count]) => `${kind} ${count}`)
      .sort()
      .join(', '),
    ...lines,
  ].join('\n');
}

/** CPU time of all threads of this process, collecting garbage included: unlike the clock's, that of a busy machine is the same. */

export function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Of several runs: compiling and collecting fall into some of them. */
export const leastCpuMs = (run: () => unknown): number => Math.min(...[1, 2, 3].map(() => cpuMs(run)));

/**
 * Whether two samples can be told apart, by the Mann-Whitney statistic. AUC: the chance that a value of the second sample
 * exceeds one of the first, ties half; 0.5 for samples of one distribution. No classifier by a threshold does better on them.
 */
export function auc(first: readonly number[], second: readonly number[]): number {
  const all = [
    ...first.map((value) => ({ value, isSecond: false })),
    ...second.map((value) => ({ value, isSecond: true })),
  ];
  all.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]?.value === all[from]?.value) to++;
    // Ranks from + 1 to `to`, of which each tied value gets the mean.
    const mean = (from + 1 + to) / 2;
    for (; from < to; from++) if (all[from]?.isSecond) rankSum += mean;
  }
  return (rankSum - (second.length * (second.length + 1)) / 2) / (first.length * second.length);
}

/**
 * How far from 0.5 the AUC of two samples of `count` each comes by chance, in `sigmas` of its standard deviation under
 * the hypothesis that they are of one distribution: sqrt((2n + 1) / (12 n²)), whatever that distribution is.
 */
export const chanceBound = (count: number, sigmas: number): number =>
  sigmas * Math.sqrt((2 * count + 1) / (12 * count * count));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

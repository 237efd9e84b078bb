/** The dark modules of a code as one path, a stroke for each run in a row: no markup is made from text. */
export function qrPath(grid: readonly (readonly boolean[])[]): string {
  let path = '';
  for (const [y, row] of grid.entries()) {
    for (let x = 0; x < row.length; x += 1) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x += 1;
      path += `M${start} ${y}h${x + 1 - start}v1H${start}z`;
    }
  }
  return path;
}

import type { ChangedLine } from '../protocol/agent-content.ts';

/** Beyond so many comparisons a text counts as rewritten. */
const maxCells = 4_000_000;

/** How a text became another, line by line, with as few lines added and removed as possible (longest common subsequence). */
export function diffLines(before: string, after: string): ChangedLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  return [
    ...now.slice(0, head).map(same),
    ...diffMiddle(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...now.slice(now.length - tail).map(same),
  ];
}

function diffMiddle(old: readonly string[], now: readonly string[]): ChangedLine[] {
  if (old.length * now.length > maxCells) return [...old.map(removed), ...now.map(added)];
  const width = now.length + 1;
  // At (i, j) stands how many lines old from i on and now from j on have in common.
  const common = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: ChangedLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push(same(old[i] ?? ''));
      i += 1;
      j += 1;
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(old[i] ?? ''));
      i += 1;
    } else {
      lines.push(added(now[j] ?? ''));
      j += 1;
    }
  }
  return lines;
}

const same = (text: string): ChangedLine => ({ kind: 'same', text });
const added = (text: string): ChangedLine => ({ kind: 'added', text });
const removed = (text: string): ChangedLine => ({ kind: 'removed', text });

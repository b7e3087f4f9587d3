const fence = /^ {0,3}(`{3,}|~{3,})/;
const listItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const definition = /^ {0,3}\[[^\]]+\]:/m;

/**
 * Cuts markdown where a new block certainly begins, so that of an answer that grows only the last piece is parsed again.
 * The pieces, joined, are the text. A text with reference definitions stays whole, because any piece may refer to them.
 */
export function splitBlocks(text: string): string[] {
  if (definition.test(text)) return [text];
  const blocks: string[] = [];
  let block = '';
  let openFence: string | null = null;
  let inList = false;
  let afterBlank = false;
  for (const line of text.split(/(?<=\n)/)) {
    const isBlank = line.trim() === '';
    const startsBlock = afterBlank && !isBlank && !openFence && !/^\s/.test(line) && !(inList && listItem.test(line));
    if (startsBlock) {
      blocks.push(block);
      block = '';
      inList = false;
    }
    block += line;
    openFence = fenceAfter(openFence, line);
    if (!openFence && listItem.test(line)) inList = true;
    afterBlank = isBlank;
  }
  if (block !== '') blocks.push(block);
  return blocks;
}

/** The marker of the code fence that is open after this line. */
function fenceAfter(open: string | null, line: string): string | null {
  const marker = fence.exec(line)?.[1];
  if (!marker) return open;
  if (!open) return marker;
  const closes = marker[0] === open[0] && marker.length >= open.length && line.trim() === marker;
  return closes ? null : open;
}

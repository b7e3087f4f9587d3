const longest = 60;

/** A title for a thread from its first message: the first line with words in it, cut at a word. */
export function titleFrom(text: string): string {
  const line =
    text
      .split('\n')
      .map((part) => part.replace(/^[#>*\-\s]+/, '').trim())
      .find((part) => part !== '') ?? text.trim();
  const words = line.replace(/\s+/g, ' ');
  if (words.length <= longest) return words;
  // Whole characters, so that no emoji is cut in half.
  const cut = [...words.slice(0, 2 * longest)].slice(0, longest).join('');
  if (cut === words) return words;
  const end = cut.lastIndexOf(' ');
  return `${(end > longest / 2 ? cut.slice(0, end) : cut).trimEnd()}…`;
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitBlocks } from './split-blocks.ts';

describe('splitBlocks', () => {
  it('cuts at blank lines between blocks', () => {
    expect(splitBlocks('# Title\n\nOne\ntwo\n\nThree')).toEqual(['# Title\n\n', 'One\ntwo\n\n', 'Three']);
  });

  it('keeps code together, also while its fence is still open', () => {
    const code = '```ts\nconst a = 1;\n\nconst b = 2;\n';

    expect(splitBlocks(code)).toEqual([code]);
    expect(splitBlocks(`${code}\`\`\`\n\nAfter`)).toEqual([`${code}\`\`\`\n\n`, 'After']);
  });

  it('keeps a list with blank lines together', () => {
    const list = '1. one\n\n   more of one\n\n2. two\n\n';

    expect(splitBlocks(`${list}After`)).toEqual([list, 'After']);
  });

  it('leaves a text with reference definitions whole', () => {
    const text = 'See [docs].\n\n[docs]: https://example.com\n';

    expect(splitBlocks(text)).toEqual([text]);
  });

  it('loses nothing', () => {
    const piece = fc.constantFrom('a', '\n', '\n\n', '- ', '1. ', '```', '~~~~', '   ', '# ', '> ', '|', '[x]: y');

    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        return splitBlocks(text).join('') === text;
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keywordsOf } from './product.schema';

describe('keywordsOf', () => {
  it.each<[string, string[], string[]]>([
    ['lower-case words', ['Alphonso Mango'], ['alphonso', 'mango']],
    ['words of several texts, each once', ['Green tea', 'Tea & coffee'], ['green', 'tea', 'coffee']],
    ['no punctuation', ['Parle-G (70 g), "classic"!'], ['parle', 'g', '70', 'classic']],
    ['accents and other scripts as they are', ['Crème brûlée Ñandú'], ['crème', 'brûlée', 'ñandú']],
    ['whole words where vowels are signs', ['ताज़ा दही हिन्दी'], ['ताज़ा'.normalize('NFC'), 'दही', 'हिन्दी']],
    ['the same however accents are written', ['Cre\u0300me', 'Cr\u00e8me'], ['cr\u00e8me']],
    ['nothing of nothing', ['', '   ', '—…'], []],
  ])('are %s', (_what, texts, words) => {
    expect(keywordsOf(...texts)).toEqual(words);
  });

  it('hold nothing that a search pattern would have to escape', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        for (const word of keywordsOf(...texts)) expect(word).not.toMatch(/[.*+?^${}()|[\]\\/\s]/);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { AskUserArguments, answerProblems, type Question } from './client-tools.ts';

const text: Question = { id: 'why', question: 'Why?', kind: 'text', options: [], multiple: false, required: true };
const choice: Question = { ...text, id: 'city', kind: 'choice', options: ['Rome', 'Oslo'] };
const asked = (...questions: Question[]): AskUserArguments => AskUserArguments.parse({ title: null, questions });

describe('AskUserArguments', () => {
  it('refuses questions that could not be answered apart, and choices without a choice', () => {
    const refused = [[text, text], [{ ...choice, options: ['Rome', 'Rome'] }], []];

    expect(refused.map((questions) => AskUserArguments.safeParse({ title: null, questions }).success)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('answerProblems', () => {
  it.each([
    ['a text', asked(text), { why: 'Because.' }, {}],
    ['one of the options', asked(choice), { city: 'Oslo' }, {}],
    ['several where several may be', asked({ ...choice, multiple: true }), { city: ['Oslo', 'Rome'] }, {}],
    ['nothing, where nothing is needed', asked({ ...text, required: false }), {}, {}],
    ['nothing', asked(text, choice), { why: ' ' }, { why: 'Write an answer.', city: 'Choose an answer.' }],
    ['what was not offered', asked(choice), { city: 'Paris' }, { city: 'Choose one of the options.' }],
    ['too many', asked(choice), { city: ['Oslo', 'Rome'] }, { city: 'Choose only one.' }],
    ['a list for a text', asked(text), { why: ['a'] }, { why: 'Must be a text.' }],
    ['what was not asked', asked(text), { why: 'x', who: 'y' }, { who: 'Was not asked.' }],
  ])('judges %s', (_, args, answers, problems) => {
    expect(answerProblems(args, { answers })).toEqual(problems);
  });
});

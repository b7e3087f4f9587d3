import * as z from 'zod';

/**
 * Tools that a client carries out: the worker offers them to the model, and the run waits for `client_tool.output`. What
 * they take and give back stands here, because both sides must agree. Arguments have no optional fields: strict function
 * calling asks for all of them.
 */
export const SwitchThemeArguments = z.strictObject({
  theme: z.string().max(200).describe('"light", "dark" or "system", or the user\'s own words for one of them.'),
});
export type SwitchThemeArguments = z.infer<typeof SwitchThemeArguments>;

export const Question = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .describe('A short name for the answer, such as "city".'),
  question: z.string().min(1).max(1_000).describe('What is asked, as the user reads it.'),
  kind: z.enum(['choice', 'text']).describe('"choice" offers the options, "text" takes free words.'),
  options: z.array(z.string().min(1).max(200)).max(20).describe('For a choice: 2 to 20 options. For text: empty.'),
  multiple: z.boolean().describe('For a choice: whether several options may be chosen.'),
  required: z.boolean().describe('Whether the user must answer this question.'),
});
export type Question = z.infer<typeof Question>;

export const AskUserArguments = z
  .strictObject({
    title: z.string().max(200).nullable().describe('What the questions are about; null for none.'),
    questions: z.array(Question).min(1).max(8),
  })
  .refine(({ questions }) => new Set(questions.map(({ id }) => id)).size === questions.length, {
    message: 'each question needs an id of its own',
    path: ['questions'],
  })
  .refine(({ questions }) => questions.every(({ kind, options }) => kind === 'text' || new Set(options).size >= 2), {
    message: 'a choice needs at least two different options',
    path: ['questions'],
  });
export type AskUserArguments = z.infer<typeof AskUserArguments>;

/** What `ask_user` gives back, as JSON: the answers by question id. A question that was left out is not in it. */
export const AskUserAnswer = z.strictObject({
  answers: z.record(z.string(), z.union([z.string().max(8_000), z.array(z.string().max(200)).max(20)])),
});
export type AskUserAnswer = z.infer<typeof AskUserAnswer>;

/** What is wrong with the answers, by question id; empty when they answer what was asked. */
export function answerProblems({ questions }: AskUserArguments, { answers }: AskUserAnswer): Record<string, string> {
  const problems: Record<string, string> = {};
  for (const question of questions) {
    const problem = answerProblem(question, answers[question.id]);
    if (problem) problems[question.id] = problem;
  }
  for (const id of Object.keys(answers))
    if (!questions.some((question) => question.id === id)) problems[id] = 'Was not asked.';
  return problems;
}

function answerProblem(question: Question, answer: AskUserAnswer['answers'][string] | undefined): string | null {
  const { kind, options, multiple, required } = question;
  const given = (typeof answer === 'string' ? [answer] : (answer ?? [])).filter((part) => part.trim() !== '');
  if (given.length === 0) {
    if (!required) return null;
    return kind === 'choice' ? 'Choose an answer.' : 'Write an answer.';
  }
  if (kind === 'text') return typeof answer === 'string' ? null : 'Must be a text.';
  if (given.some((part) => !options.includes(part))) return 'Choose one of the options.';
  return given.length > 1 && !multiple ? 'Choose only one.' : null;
}

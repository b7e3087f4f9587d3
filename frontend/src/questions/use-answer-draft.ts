import { useState } from 'react';
import { AskUserAnswer } from '#core/protocol/client-tools.ts';
import type { ItemId } from '#core/protocol/ids.ts';
import { jsonOf } from '../state/client-tools.ts';
import { tabText } from '../state/local-storage.ts';

type Answers = AskUserAnswer['answers'];

/** What has been filled in so far; it survives a reload. */
export function useAnswerDraft(itemId: ItemId) {
  const key = `troupe.answers.${itemId}`;
  const [answers, setAnswers] = useState<Answers>(
    () => AskUserAnswer.safeParse({ answers: jsonOf(tabText.get(key) ?? '{}') }).data?.answers ?? {},
  );

  function set(questionId: string, value: Answers[string]): void {
    const next = { ...answers, [questionId]: value };
    setAnswers(next);
    tabText.set(key, JSON.stringify(next));
  }

  return { answers, set };
}

import { beforeEach, describe, expect, it } from 'vitest';
import { newId, newUserId } from './samples.contract.ts';
import type { ThreadChange, ThreadOutbox } from './thread-outbox.ts';

const aChange = (fields: Partial<ThreadChange> = {}): ThreadChange => ({
  kind: 'rename',
  id: newId('itm'),
  threadId: newId('thr'),
  userId: newUserId(),
  isAnonymous: false,
  threadAfterSeq: 3,
  feedAfterSeq: 4,
  dueAtMs: 1_800_000_000_000,
  title: 'Plans',
  ...(fields as Partial<Extract<ThreadChange, { kind: 'rename' }>>),
});

/** `create` makes an empty outbox. */
export function threadOutboxContract(name: string, create: () => Promise<ThreadOutbox>): void {
  describe(`${name} as an outbox of threads`, () => {
    let outbox: ThreadOutbox;
    beforeEach(async () => {
      outbox = await create();
    });

    it('keeps a change once', async () => {
      const first = aChange();

      const kept = { change: first, isDone: false };
      expect(await outbox.put(first)).toEqual(kept);
      expect(await outbox.put(aChange({ id: first.id }))).toEqual(kept);
    });

    it('lists what is due and not done, oldest first', async () => {
      const [late, early, later] = [30, 10, 90].map((ms) => aChange({ dueAtMs: 1_800_000_000_000 + ms }));
      if (!late || !early || !later) throw new Error('three changes');
      for (const change of [late, early, later]) await outbox.put(change);

      expect(await outbox.listDue(1_800_000_000_050, 10)).toEqual([early, late]);
      expect(await outbox.listDue(1_800_000_000_050, 1)).toEqual([early]);
    });

    it('lists one that was postponed only then, unless it is done', async () => {
      const [first, second, third] = [10, 20, 30].map((ms) => aChange({ dueAtMs: 1_800_000_000_000 + ms }));
      if (!first || !second || !third) throw new Error('three changes');
      for (const change of [first, second, third]) await outbox.put(change);
      await outbox.done(third.id);

      for (const { id } of [first, third]) await outbox.postpone(id, 1_800_000_000_100);
      await outbox.postpone(newId('itm'), 1_800_000_000_100);

      expect(await outbox.listDue(1_800_000_000_100, 10)).toEqual([second]);
      expect(await outbox.listDue(1_800_000_000_101, 10)).toEqual([second, first]);
      expect(await outbox.put(aChange({ id: first.id }))).toEqual({ change: first, isDone: false });
    });

    it('knows one that is done, but does not list it', async () => {
      const change = aChange();
      await outbox.put(change);

      await outbox.done(change.id);
      await outbox.done(change.id);
      await outbox.done(newId('itm'));

      expect(await outbox.listDue(change.dueAtMs + 1, 10)).toEqual([]);
      expect(await outbox.put(aChange({ id: change.id }))).toEqual({ change, isDone: true });
    });
  });
}

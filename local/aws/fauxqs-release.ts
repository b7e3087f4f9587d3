import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';

/**
 * fauxqs 2.4.1 loses a message whose visibility is changed to 0 while it keeps its data: it writes NULL into a column that
 * allows none. This puts a statement in its place that leaves the receive count alone, as SQS does.
 */
export async function mendFauxqsRelease(): Promise<void> {
  const { PersistenceManager } = Persistence.parse(
    await import(new URL('./persistence.js', import.meta.resolve('fauxqs')).href),
  );
  PersistenceManager.prototype['updateMessageReady'] = function (this: { db: DatabaseSync }, messageId: string) {
    this.db
      .prepare('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL WHERE message_id = ?')
      .run(messageId);
  };
}

const Persistence = z.object({
  PersistenceManager: z.custom<{ prototype: Record<string, unknown> }>(
    (value) => typeof value === 'function' && 'updateMessageReady' in value.prototype,
    'this version of fauxqs has no updateMessageReady: see whether it still loses released messages',
  ),
});

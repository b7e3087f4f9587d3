import * as z from 'zod';
import { JournalRow } from '#adapters/aws/dynamo-journal.ts';
import { RequestRow, RunRow } from '#adapters/aws/run-rows.ts';
import { SegmentKey } from '#adapters/aws/segment.ts';
import { ItemCursor, ThreadCursor } from '#adapters/supabase/rows.ts';
import { JournalRecord } from '#core/domain/journal.ts';
import { Principal } from '#core/domain/principal.ts';
import { RunRecord } from '#core/domain/run-record.ts';
import { Connection } from '#core/ports/connection-store.ts';
import { RunMessage } from '#core/ports/run-queue.ts';
import { ThreadChange } from '#core/ports/thread-outbox.ts';
import { AnyEnvelope } from '#core/protocol/event.ts';

/** The schemas by which what is stored is read. */
export const storedSchemas: Readonly<Record<string, z.ZodType>> = {
  event: AnyEnvelope,
  'run-record': RunRecord,
  journal: JournalRecord,
  'queue-message': RunMessage,
  'thread-change': ThreadChange,
  connection: Connection,
  ticket: Principal,
  'segment-row': SegmentKey,
  'run-row': RunRow.omit({ record: true }),
  'request-row': RequestRow.omit({ record: true, input: true }),
  'journal-row': JournalRow,
  'item-cursor': ItemCursor,
  'thread-cursor': ThreadCursor,
};

/** A schema as JSON Schema, by which it is compared with what was frozen of it. */
export const outlineOf = (schema: z.ZodType): unknown =>
  JSON.parse(JSON.stringify(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })));

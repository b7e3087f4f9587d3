import { assertMay } from '../domain/access.ts';
import { createJournalIndex, type Prepared } from '../domain/journal.ts';
import type { Principal } from '../domain/principal.ts';
import { blobKey } from '../domain/tool-output.ts';
import { notFound } from '../errors.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { Journal } from '../ports/journal.ts';
import type { RunId, ThreadId } from '../protocol/ids.ts';
import type { RunPrompt } from '../protocol/run-routes.ts';
import type { Deps } from './deps.ts';
import { visibleRun } from './fleet.ts';

/** The whole prompt that a run was given. Errors: `not_found`, also before it has begun; `forbidden` for whoever is no owner or admin. */
export async function readPrompt(
  deps: Pick<Deps, 'runs' | 'store' | 'minter'> & { readonly journal: Journal },
  caller: Principal,
  runId: RunId,
): Promise<RunPrompt> {
  const { who, record } = await visibleRun(deps, caller, runId);
  assertMay('runs.read_all', who.role, caller);
  const prepared = await preparedIn(deps.journal, runId, record.retryOf);
  if (!prepared) throw notFound('prompt of run', runId);
  return {
    agentId: prepared.agentId,
    preparedAt: prepared.at,
    agents: prepared.agents.map(({ id, version, name, model, instructions, tools }) => ({
      id,
      version,
      name,
      model,
      instructions,
      tools: tools.map((tool) => tool.name),
    })),
  };
}

/** A run that tries another again names it in its first entry; before it has begun, its record does. */
async function preparedIn(journal: Journal, runId: RunId, retryOf?: RunId): Promise<Prepared | undefined> {
  const entries = (await journal.read(runId)).map(({ entry }) => entry);
  const { prepared } = createJournalIndex(entries);
  const [first] = entries;
  const earlier = first?.type === 'began' ? first.resumes : retryOf;
  return prepared ?? (earlier && preparedIn(journal, earlier));
}

/** A text that was too long for an event. Errors: `not_found`, also for a blob of another thread. */
export async function readBlob(
  { store, minter, blobs }: Pick<Deps, 'store' | 'minter'> & { readonly blobs: BlobStore },
  caller: Principal,
  { threadId, blobId }: { threadId: ThreadId; blobId: string },
): Promise<{ text: string }> {
  const isSeen = await store.seesThread(await minter.forUser(caller), threadId);
  const text = isSeen ? await blobs.get(blobKey(threadId, blobId)) : null;
  if (text === null) throw notFound('blob', blobId);
  return { text };
}

import * as z from 'zod';
import { PlatformError } from '#core/errors.ts';
import type { MemoryStore } from '#core/ports/guidance-store.ts';
import type { AccessMinter } from '#core/ports/identity.ts';
import type { ServerTool } from '#core/ports/tool.ts';
import { MemoryContent, MemoryPath, maxMemoryBytes } from '#core/protocol/memory.ts';

const path = z.string().describe('Where it lies, such as "customers/acme.md".');
const ListArguments = z.object({
  prefix: z.string().nullable().describe('Only paths that begin like this, such as "customers/"; null for all.'),
});
const ReadArguments = z.object({ path });
const WriteArguments = z.object({
  path,
  content: z.string().describe('The whole note in markdown. It replaces what was there.'),
});
const SearchArguments = z.object({ query: z.string().describe('Words to look for; all must occur.') });

const listed = 200;
const found = 10;

/**
 * The tools by which an agent remembers. The agent is the one that calls, whatever the model says. Writing the same content
 * again changes nothing, so each may be repeated.
 */
export function createMemoryTools({
  memories,
  minter,
}: {
  memories: MemoryStore;
  minter: Pick<AccessMinter, 'forThread'>;
}): ServerTool[] {
  const tool = { kind: 'server', idempotent: true } as const;
  return [
    {
      ...tool,
      name: 'memory_list',
      description: 'Lists the notes that you wrote down in earlier work, by path.',
      parameters: ListArguments,
      async execute(args, { access, agentId }) {
        const { prefix } = ListArguments.parse(args);
        const page = await memories.list(await access(), agentId, { prefix: prefix ?? undefined, limit: listed });
        const lines = page.data.map((entry) => `${entry.path} (${entry.bytes} bytes, ${entry.updatedAt.slice(0, 10)})`);
        if (page.nextCursor !== null) lines.push(`… and more: give a longer prefix, or use memory_search.`);
        return lines.length > 0 ? lines.join('\n') : 'There are no notes here.';
      },
    },
    {
      ...tool,
      name: 'memory_read',
      description: 'Reads one of your notes.',
      parameters: ReadArguments,
      async execute(args, { access, agentId }) {
        const place = pathOf(ReadArguments.parse(args).path);
        const memory = await memories.read(await access(), agentId, place);
        if (!memory) throw new Error(`There is no note at "${place}". Use memory_list or memory_search to find one.`);
        return memory.content;
      },
    },
    {
      ...tool,
      name: 'memory_write',
      description:
        'Writes a note for your later work in other conversations: lasting facts, decisions and preferences. Everybody in the workspace can read it; no secrets. To add to a note, read it first and write it whole.',
      parameters: WriteArguments,
      async execute(args, { agentId, threadId, userId, isAnonymous }) {
        const { path: given, content } = WriteArguments.parse(args);
        const place = pathOf(given);
        const parsed = MemoryContent.safeParse(content);
        if (!parsed.success) throw new Error(`A note has at most ${maxMemoryBytes} bytes. Shorten it, or split it.`);
        const access = await minter.forThread({ userId, isAnonymous }, threadId);
        const { bytes } = await memories.write(access, agentId, place, parsed.data).catch(readableError);
        return `Kept at "${place}" (${bytes} bytes).`;
      },
    },
    {
      ...tool,
      name: 'memory_search',
      description: 'Finds your notes by words in them.',
      parameters: SearchArguments,
      async execute(args, { access, agentId }) {
        const { query } = SearchArguments.parse(args);
        const hits = await memories.search(await access(), agentId, query, found);
        if (hits.length === 0) return 'No note has all of these words. Try fewer or other words.';
        return hits.map((hit) => `${hit.path}: ${hit.excerpt.replaceAll(/\s+/g, ' ')}`).join('\n');
      },
    },
  ];
}

function pathOf(text: string): string {
  const parsed = MemoryPath.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new Error('This is not a path. Use one like "customers/acme.md", without "..".');
}

/** A full memory is for the model to solve; anything else is for us. */
function readableError(error: unknown): never {
  if (error instanceof PlatformError && error.code === 'input_too_large')
    throw new Error('You have no room for more notes. Shorten some, or ask the user to delete what is old.', {
      cause: error,
    });
  throw error;
}

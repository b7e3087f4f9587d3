import type { OwnProjectStore } from '#core/ports/own-project-store.ts';
import type { WorkspaceId } from '#core/protocol/ids.ts';
import type { OwnProject } from '#core/protocol/own-project.ts';

export interface MemoryOwnProjects extends OwnProjectStore {
  /** As if so many threads lay in the project. */
  putThreads(workspaceId: WorkspaceId, count: number): void;
  /** Every project fails with this when it is asked; null ends it. */
  fail(error: Error | null): void;
}

/** The settings of projects. Who may is for the use cases and the database to say; nothing is asked over a network. */
export function createMemoryOwnProjects(): MemoryOwnProjects {
  const projects = new Map<WorkspaceId, Omit<OwnProject, 'state'>>();
  const threads = new Map<WorkspaceId, number>();
  let failure: Error | null = null;

  return {
    putThreads: (workspaceId, count) => void threads.set(workspaceId, count),
    fail(error) {
      failure = error;
    },
    async find(_access, workspaceId) {
      const found = projects.get(workspaceId);
      return found ? { ...found, threadsThere: threads.get(workspaceId) ?? 0 } : null;
    },
    check: async () =>
      failure ? { status: 'trouble', code: 'project_unavailable', message: failure.message } : { status: 'ready' },
    async probe() {
      if (failure) throw failure;
    },
    async put(_access, { id: _, isCopy, ...setting }) {
      const before = projects.get(setting.workspaceId);
      const isOther = (threads.get(setting.workspaceId) ?? 0) > 0 && before?.url !== setting.url;
      if (isOther && !isCopy) return 'in_use';
      const counts = { threadsThere: 0, threadsToMove: 0, agentsToMove: 0 };
      projects.set(setting.workspaceId, { ...setting, ...counts, lastUsedAt: null });
      return 'ok';
    },
    async remove(_access, workspaceId, abandon) {
      if (!projects.has(workspaceId)) return 'not_found';
      if (!abandon && (threads.get(workspaceId) ?? 0) > 0) return 'in_use';
      projects.delete(workspaceId);
      return 'ok';
    },
  };
}

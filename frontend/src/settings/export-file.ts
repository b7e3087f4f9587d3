import type { ExportedRow, Workspace } from '#core/protocol/workspace.ts';

/** Gathers exported rows into one document: its tables by name, each with its rows. */
export function exportFile(workspace: Pick<Workspace, 'id' | 'name'>) {
  const tables: Record<string, ExportedRow['row'][]> = {};
  let rows = 0;
  return {
    get rows() {
      return rows;
    },
    add(page: readonly ExportedRow[]): void {
      for (const { table, row } of page) {
        tables[table] ??= [];
        tables[table].push(row);
        rows += 1;
      }
    },
    text: (): string => JSON.stringify({ workspace: { id: workspace.id, name: workspace.name }, tables }, null, 2),
  };
}

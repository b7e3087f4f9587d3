import { useState } from 'react';
import { usePlatform } from '../app/platform-context.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { messageOf } from '../http/call-error.ts';
import { pages } from '../http/pages.ts';
import { saveFile } from '../kit/save-file.ts';
import { exportFile } from './export-file.ts';

export type ExportState =
  | { readonly status: 'idle' }
  | { readonly status: 'running' | 'done'; readonly rows: number }
  | { readonly status: 'failed'; readonly message: string };

/** Takes everything out of the workspace, page by page, and hands it to the browser as a file. */
export function useExport(): { readonly state: ExportState; readonly start: () => Promise<void> } {
  const { api } = usePlatform();
  const workspace = useThisWorkspace();
  const [state, setState] = useState<ExportState>({ status: 'idle' });

  async function start(): Promise<void> {
    setState({ status: 'running', rows: 0 });
    try {
      const file = exportFile(workspace);
      const path = { workspaceId: workspace.id };
      for await (const rows of pages((query) => api('GET /v1/workspaces/{workspaceId}/export', { path, query }))) {
        file.add(rows);
        setState({ status: 'running', rows: file.rows });
      }
      saveFile(`${workspace.name}.json`, 'application/json', file.text());
      setState({ status: 'done', rows: file.rows });
    } catch (error) {
      setState({ status: 'failed', message: messageOf(error) });
    }
  }

  return { state, start };
}

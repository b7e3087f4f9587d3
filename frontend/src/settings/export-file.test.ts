import { expect, it } from 'vitest';
import { workspaceId } from '../../testing/protocol-fixtures.ts';
import { exportFile } from './export-file.ts';

it('puts the rows of all pages under their tables', () => {
  const file = exportFile({ id: workspaceId, name: 'Acme' });

  file.add([
    { table: 'agents', row: { name: 'Ada' } },
    { table: 'threads', row: { title: 'One' } },
  ]);
  file.add([{ table: 'agents', row: { name: 'Ben' } }]);

  expect(file.rows).toBe(3);
  expect(JSON.parse(file.text())).toEqual({
    workspace: { id: workspaceId, name: 'Acme' },
    tables: { agents: [{ name: 'Ada' }, { name: 'Ben' }], threads: [{ title: 'One' }] },
  });
});

import { describe, expect, it } from 'vitest';
import { newId } from '../ports/samples.contract.ts';
import { assertUsable, missingVersions } from './own-project.ts';

const workspaceId = newId('wsp');
const versions = ['20261121090000', '20261121090100'];

describe('a project of a workspace', () => {
  it('is worked with when it has what the platform has, or more', () => {
    assertUsable(workspaceId, versions, { workspaceId, versions });
    assertUsable(workspaceId, versions, { workspaceId, versions: [...versions, '20270101000000'] });

    expect(missingVersions(versions, [...versions, '20270101000000'])).toEqual([]);
  });

  it.each([
    ['was never made ready', null, /made ready/],
    ['has the migrations and no workspace', { workspaceId: null, versions }, /made ready/],
    ['is of another workspace', { workspaceId: newId('wsp'), versions }, /another workspace/],
    [
      'lacks the newest migration',
      { workspaceId, versions: versions.slice(0, 1) },
      /lacks 1 .*20261121090100.*project:migrate/,
    ],
    ['lacks one in the middle', { workspaceId, versions: versions.slice(1) }, /lacks 1 .*20261121090000/],
  ])('is refused when it %s', (_, project, message) => {
    const use = () => assertUsable(workspaceId, versions, project);

    expect(use).toThrow(message);
    expect(use).toThrow(
      expect.objectContaining({
        code: 'project_unusable',
        details: [{ path: 'project', message: expect.any(String) }],
      }),
    );
  });
});

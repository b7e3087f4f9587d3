import { beforeEach, describe, expect, it } from 'vitest';
import type { ToolGrant } from '../protocol/run-routes.ts';
import type { AgentStore } from './agent-store.ts';
import type { DataAccess } from './identity.ts';
import { newId, newUserId } from './samples.contract.ts';
import type { ToolGrantStore } from './tool-grant-store.ts';

/** A member and an admin of a workspace, and one of the member's runs. */
export interface ToolGrantWorld {
  readonly store: ToolGrantStore;
  readonly agents: Pick<AgentStore, 'context'>;
  readonly member: DataAccess;
  readonly admin: DataAccess;
  readonly stranger: DataAccess;
  readonly run: DataAccess;
  /** For the member. */
  readonly grant: ToolGrant;
}

export function toolGrantStoreContract(name: string, create: () => Promise<ToolGrantWorld>): void {
  describe(`${name} as a store of tool grants`, () => {
    let world: ToolGrantWorld;
    beforeEach(async () => {
      world = await create();
    });

    it('keeps a grant once, for that person', async () => {
      const { store, run, grant, member, admin, stranger } = world;

      await store.grant(run, grant);
      await store.grant(run, grant);

      expect(await store.granted(member, grant)).toEqual([grant]);
      expect(await store.granted(run, grant)).toEqual([grant]);
      expect(await store.granted(admin, grant)).toEqual([grant]);
      expect(await store.granted(stranger, grant)).toEqual([]);
    });

    it('is found by person, by agent, or by workspace alone', async () => {
      const { store, run, grant, member, admin } = world;
      await store.grant(run, grant);
      const { workspaceId, userId, agentId } = grant;
      const other = newId('agt');

      expect(await store.granted(member, { workspaceId, userId })).toEqual([grant]);
      expect(await store.granted(admin, { workspaceId, agentId })).toEqual([grant]);
      expect(await store.granted(admin, { workspaceId })).toEqual([grant]);
      expect(await store.granted(admin, { workspaceId, userId, agentId: other })).toEqual([]);
      expect(await store.granted(admin, { workspaceId, userId: newUserId() })).toEqual([]);
    });

    it("is read with an agent: the reader's own grants, whoever else may see them", async () => {
      const { store, agents, run, grant, member, admin } = world;
      await store.grant(run, grant);
      const grantsFor = async (access: DataAccess) => (await agents.context(access, grant.agentId))?.grants;

      expect(await grantsFor(member)).toEqual([grant]);
      expect(await grantsFor(run)).toEqual([grant]);
      expect(await grantsFor(admin)).toEqual([]);
    });

    it('takes no grant from anybody but the run', async () => {
      const { store, grant, member, admin } = world;

      const given = await Promise.allSettled([store.grant(member, grant), store.grant(admin, grant)]);

      expect(given.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(await store.granted(member, grant)).toEqual([]);
    });

    it('takes a grant back', async () => {
      const { store, run, grant, member, admin, stranger } = world;
      await store.grant(run, grant);
      await store.grant(run, { ...grant, tool: 'pay' });

      expect(await store.revoke(stranger, grant)).toBe(false);
      expect(await store.revoke(member, grant)).toBe(true);
      expect(await store.revoke(admin, { ...grant, tool: 'pay' })).toBe(true);
      expect(await store.revoke(member, grant)).toBe(false);
      expect(await store.granted(member, grant)).toEqual([]);
    });
  });
}

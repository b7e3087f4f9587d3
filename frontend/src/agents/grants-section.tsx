import { useQueryClient } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef, useState } from 'react';
import type { Agent } from '#core/protocol/agent.ts';
import type { UserId } from '#core/protocol/ids.ts';
import type { ToolGrant } from '#core/protocol/run-routes.ts';
import { usePlatform } from '../app/platform-context.ts';
import { usePages } from '../app/use-pages.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { toolTitle } from '../format/tool.ts';
import { isRefusal, messageOf } from '../http/call-error.ts';
import { Button } from '../kit/button.tsx';
import { LoadMore } from '../kit/load-more.tsx';
import { Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { toast } from '../kit/toast.tsx';
import { useMemberNames } from '../settings/use-members.ts';
import { grantsHash, grantsKey, useTools } from './agent-queries.ts';
import { type GrantRow, grantKey, grantRows, grantWords } from './grant-rows.ts';

/** The tools of which it asks no more, because they were approved for good; each can be taken back. */
export function GrantsSection({ agent }: { readonly agent: Agent }) {
  const { api } = usePlatform();
  const { id: workspaceId, role } = useThisWorkspace();
  const { data: tools } = useTools();
  const nameOf = usePeople();
  const { takeBack, leaving } = useTakeBack(agent);
  const list = useRef<HTMLDivElement>(null);
  const grants = usePages<ToolGrant>(
    [...grantsKey, agent.id],
    (cursor, signal) =>
      api(
        'GET /v1/tool-grants',
        { query: { workspaceId, agentId: agent.id, limit: 50, ...(cursor && { cursor }) } },
        signal,
      ),
    // They are given in threads, by whoever is asked there.
    { staleTime: 0 },
  );
  useArrival(list, tools !== undefined && grants.data !== undefined);
  const titleOf = (name: string) => tools?.find((tool) => tool.name === name)?.title ?? toolTitle(name);

  async function remove(row: GrantRow): Promise<void> {
    if (await takeBack(row, titleOf(row.tool))) list.current?.focus();
  }

  return (
    <Section
      title="Always allowed"
      text={
        mayManage(role)
          ? `Tools that were approved for good, for you or for others. ${agent.name} does not ask about them again, unless stricter approval is set above.`
          : `Tools that were approved for good for you. ${agent.name} does not ask about them again, unless stricter approval is set above.`
      }
      testId="grants"
    >
      {/* Its button goes with what was taken back; who was at it stays in the list. */}
      <div ref={list} tabIndex={-1} className="outline-none">
        <QueryView query={grants} what="What is always allowed" rows={1}>
          {(all) =>
            all.length === 0 ? (
              <p className="text-muted text-sm">
                Nothing is. Whoever decides on a call can choose “Approve always”, and it is listed here.
              </p>
            ) : (
              <>
                <ul className="divide-y divide-line">
                  {grantRows(all).map((row) => (
                    <li
                      key={grantKey(row)}
                      className="flex flex-wrap items-center justify-end gap-x-4 gap-y-1 py-2.5"
                      data-testid="grant"
                    >
                      <div className="min-w-40 grow basis-0">
                        <p className="font-medium text-sm [overflow-wrap:anywhere]">{titleOf(row.tool)}</p>
                        <p className="text-[13px] text-muted [overflow-wrap:anywhere]">{grantWords(row, nameOf)}</p>
                      </div>
                      <Button
                        aria-label={`Take back ${titleOf(row.tool)} for ${nameOf(row.userId)}`}
                        disabled={leaving.includes(grantKey(row))}
                        onClick={() => void remove(row)}
                        data-testid="take-back"
                      >
                        Take back
                      </Button>
                    </li>
                  ))}
                </ul>
                <LoadMore query={grants} />
              </>
            )
          }
        </QueryView>
      </div>
    </Section>
  );
}

/** Brings whoever follows a link to this list to it, once all that stands above is there. */
function useArrival(list: RefObject<HTMLElement | null>, ready: boolean): void {
  const isAsked = useLocation({ select: ({ hash }) => hash === grantsHash });
  useEffect(() => {
    if (isAsked && ready) list.current?.focus();
  }, [isAsked, ready, list]);
}

/** What people are called in mid-sentence. */
function usePeople(): (userId: UserId) => string {
  const { userId: me } = usePlatform();
  const { id: workspaceId } = useThisWorkspace();
  const memberName = useMemberNames(workspaceId);
  return (userId) => (userId === me ? 'you' : memberName(userId));
}

/** Takes a tool back, and says whether it is gone; `leaving` are those that are on their way. */
function useTakeBack(agent: Agent) {
  const { api, userId: me } = usePlatform();
  const queries = useQueryClient();
  const [leaving, setLeaving] = useState<readonly string[]>([]);

  async function takeBack(row: GrantRow, title: string): Promise<boolean> {
    const { userId, tool } = row;
    const { id: agentId, workspaceId } = agent;
    setLeaving((now) => [...now, grantKey(row)]);
    try {
      await api('DELETE /v1/tool-grants', { query: { workspaceId, agentId, tool, userId } }).catch((error: unknown) => {
        // Somebody else was faster.
        if (!isRefusal(error, 'not_found')) throw error;
      });
      await queries.invalidateQueries({ queryKey: grantsKey });
      toast.done(
        `${title} was taken back. ${agent.name} asks about it again, from ${userId === me ? 'your' : 'their'} next run on.`,
      );
      return true;
    } catch (error) {
      toast.failed(messageOf(error));
      return false;
    } finally {
      setLeaving((now) => now.filter((key) => key !== grantKey(row)));
    }
  }

  return { takeBack, leaving };
}

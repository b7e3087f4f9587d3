import { describe, expect, it, vi } from 'vitest';
import type { ToolCallItem } from '#core/protocol/item.ts';
import type { ClientToolOutput } from '#core/protocol/socket.ts';
import { emptyThreadView, type ThreadView } from '#core/protocol/thread-view.ts';
import { settle } from '../../testing/fake-transport.ts';
import { aCall, aRun, at } from '../../testing/protocol-fixtures.ts';
import { CallError } from '../http/call-error.ts';
import { createClientTools } from './client-tools.ts';
import type { Theme } from './theme.ts';

const awaitsClient = { expiresAt: at };
const themeCall = aCall(1, 1, { name: 'switch_theme', arguments: '{"theme":"night mode"}', awaitsClient });

const viewOf = (
  call: ToolCallItem,
  status: 'awaiting_client_tool' | 'cancelled' = 'awaiting_client_tool',
): ThreadView => {
  const run = aRun(1, { status });
  return { ...emptyThreadView, items: [call], runs: { [run.id]: run } };
};

function setUp({ seen = true } = {}) {
  const page = { seen };
  const setTheme = vi.fn<(theme: Theme) => void>();
  const answer = vi.fn<(call: ToolCallItem, result: ClientToolOutput) => Promise<unknown>>().mockResolvedValue('ok');
  const tools = createClientTools({ setTheme, answer, isSeen: () => page.seen, alone: (_, work) => work() });
  return { page, setTheme, answer, tools };
}

describe('a call of switch_theme', () => {
  it('is carried out and answered once, however often it is seen', async () => {
    const { tools, answer, setTheme } = setUp();

    tools.look(viewOf(themeCall));
    tools.look(viewOf({ ...themeCall }));
    await settle();
    tools.lookAgain();

    expect(setTheme.mock.calls).toEqual([['dark']]);
    expect(answer.mock.calls).toEqual([[themeCall, { output: 'The theme is now dark.' }]]);
  });

  it('is refused with a reason when it means no theme', async () => {
    const { tools, answer, setTheme } = setUp();

    tools.look(viewOf({ ...themeCall, arguments: '{"theme":"pink"}' }));
    await settle();

    expect(setTheme).not.toHaveBeenCalled();
    expect(answer.mock.calls[0]?.[1]).toHaveProperty('error', expect.stringContaining('pink'));
  });

  it('waits until somebody looks at the page', async () => {
    const { page, tools, answer } = setUp({ seen: false });

    tools.look(viewOf(themeCall));
    expect(answer).not.toHaveBeenCalled();
    page.seen = true;
    tools.lookAgain();

    expect(answer).toHaveBeenCalledOnce();
  });

  it('is answered again when the answer did not get through, and not when another client was first', async () => {
    const { tools, answer } = setUp();
    answer.mockRejectedValueOnce(new CallError({ reason: 'unreachable' }));
    answer.mockRejectedValueOnce(new CallError({ reason: 'refused', error: { code: 'conflict', message: 'no' } }));

    for (const _ of [1, 2, 3]) {
      tools.look(viewOf(themeCall));
      tools.lookAgain();
      await settle();
    }

    expect(answer).toHaveBeenCalledTimes(2);
  });

  it('is left alone when its run has ended, or nobody waits for it', async () => {
    const { tools, answer, setTheme } = setUp();
    const { awaitsClient: _, ...done } = themeCall;

    tools.look(viewOf(themeCall, 'cancelled'));
    tools.look(viewOf(done));
    await settle();

    expect([answer.mock.calls, setTheme.mock.calls]).toEqual([[], []]);
  });
});

describe('a call of ask_user', () => {
  const question = { id: 'why', question: 'Why?', kind: 'text', options: [], multiple: false, required: true };
  const ask = (args: unknown) => aCall(2, 1, { name: 'ask_user', arguments: JSON.stringify(args), awaitsClient });

  it('is for the person', async () => {
    const { tools, answer } = setUp();

    tools.look(viewOf(ask({ title: null, questions: [question] })));
    await settle();

    expect(answer).not.toHaveBeenCalled();
  });

  it('is refused when it cannot be shown', async () => {
    const { tools, answer } = setUp();

    tools.look(viewOf(ask({ title: null, questions: [question, question] })));
    await settle();

    expect(answer.mock.calls[0]?.[1]).toEqual({
      error: 'The questions could not be shown: each question needs an id of its own.',
    });
  });
});

it('leaves the tools of other clients to them', async () => {
  const { tools, answer } = setUp();

  tools.look(viewOf(aCall(3, 1, { name: 'open_door', awaitsClient })));
  await settle();

  expect(answer).not.toHaveBeenCalled();
});

import type { RunAccepted } from '#core/protocol/socket.ts';
import type { TestSocket } from './test-socket.ts';
import { newRequestId, type TestUser } from './test-user.ts';

/** Starts a run on a new thread with the Personal Assistant. */
export async function say(
  socket: TestSocket,
  user: TestUser,
  text: string,
  agent = 'Personal Assistant',
): Promise<RunAccepted> {
  const reply = await socket.askOk({
    type: 'run.start',
    agentId: user.agents[agent]?.id,
    input: { text },
    clientRequestId: newRequestId(),
  });
  return accepted(reply.run);
}

/** Starts a run on a thread that exists. */
export async function sayOn(socket: TestSocket, threadId: string, text: string): Promise<RunAccepted> {
  const reply = await socket.askOk({ type: 'run.start', threadId, input: { text }, clientRequestId: newRequestId() });
  return accepted(reply.run);
}

export function accepted(run: RunAccepted | undefined): RunAccepted {
  if (!run) throw new Error('the reply names no run');
  return run;
}

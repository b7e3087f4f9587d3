import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNewId } from '#core/domain/ids.ts';
import { Problem } from '#core/protocol/errors.ts';
import { type RouteKey, routeKeys, routes } from '#core/protocol/routes.ts';
import { ClientMessage } from '#core/protocol/socket.ts';
import { connect } from '../support/test-socket.ts';
import { newRequestId } from '../support/test-user.ts';
import { type Asked, type Outcome, routeMatrix } from './route-matrix.ts';
import { type Speaker, socketMatrix } from './socket-matrix.ts';
import { type Actor, actors, createWorld, startWaiting, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world?.stop());

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(key: RouteKey, token: string, { path = {}, query, body }: Asked): Promise<Answer> {
  const [method = '', template = ''] = key.split(' ');
  const url = new URL(
    template.replaceAll(/\{(\w+)\}/g, (_, name: string) => path[name] ?? ''),
    world.stack.url,
  );
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

function outcomeOf(key: RouteKey, { status, text }: Answer): Outcome {
  if (status !== routes[key].status) return Problem.parse(JSON.parse(text)).code;
  const isEmpty = /^\{("from":"[^"]*","to":"[^"]*",)?"data":\[\],?("nextCursor":null)?\}$/.test(text);
  return isEmpty ? 'nothing' : 'allowed';
}

const outsiders: readonly Actor[] = ['stranger', 'foreignAdmin', 'anonymous', 'revoked', 'foreignKey'];
const anyId = /\b[a-z]{3}_[0-7][0-9a-hjkmnp-tv-z]{25}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;

/** The same request for things that were never there; but for what they know. */
function madeUp(asked: Asked, known: readonly string[]): Asked {
  const newId = createNewId(Date.now, randomBytes);
  const others = new Map(known.map((id) => [id, id]));
  const text = JSON.stringify(asked).replaceAll(anyId, (id) => {
    const other = others.get(id) ?? (id.includes('-') ? randomUUID() : newId(id.slice(0, 3) as 'wsp'));
    others.set(id, other);
    return other;
  });
  return JSON.parse(text) as Asked;
}

/** What an answer says apart from the ids that were asked for. */
const withoutIds = ({ status, text }: Answer) => ({
  status,
  text: text.replaceAll(/"requestId":"[^"]*"/g, '').replaceAll(anyId, '<id>'),
});

describe('a member who is removed', () => {
  it('hears nothing more, and nothing of theirs is there any more', async () => {
    const { workspaceId, owner, admin, agent, stack } = world;
    const guest = await world.newMember();
    const socket = await connect(stack.socketUrl, { token: guest.token });
    const { threadId, runId } = await startWaiting(socket, agent, 'What time is it?');
    const streams = [`thread:${threadId}`, `workspace:${workspaceId}`] as const;
    await socket.askOk({ type: 'subscribe', stream: streams[1], after: 0 });
    const heard = () => streams.map((stream) => socket.pushed(stream).length);

    await owner.call('DELETE /v1/workspaces/{workspaceId}/members/{userId}', {
      path: { workspaceId, userId: guest.userId },
    });
    const before = heard();
    await admin.call('PATCH /v1/workspaces/{workspaceId}', { path: { workspaceId }, body: { name: 'Acme' } });

    await socket.closed;
    const again = await connect(stack.socketUrl, { token: guest.token });
    const replies = [
      ...(await Promise.all(streams.map((stream) => again.ask({ type: 'subscribe', stream, after: 0 })))),
      await again.ask({ type: 'run.cancel', runId }),
      await again.ask({ type: 'run.start', threadId, input: { text: 'Hi' }, clientRequestId: newRequestId() }),
    ];
    await again.close();
    expect(heard()).toEqual(before);
    expect(replies.map((reply) => reply.type === 'error' && reply.error.code)).toEqual(replies.map(() => 'not_found'));
    for (const key of ['GET /v1/threads/{threadId}', 'GET /v1/threads/{threadId}/events'] as const)
      expect(await guest.request(key, { path: { threadId } })).toMatchObject({ status: 404 });
    expect(await guest.request('GET /v1/runs/{runId}', { path: { runId } })).toMatchObject({ status: 404 });
  });
});

describe('who may do what', () => {
  const keys = Object.keys(routeMatrix) as RouteKey[];
  /** Nobody's token is good after it. */
  const last = 'POST /v1/me/sign-out-everywhere';

  it('is said of every route', () => {
    expect(keys.toSorted()).toEqual(routeKeys.toSorted());
  });

  it.each(keys.filter((key) => key !== last))('%s', holds);

  describe('on a socket', () => {
    const types = Object.keys(socketMatrix) as (keyof typeof socketMatrix)[];

    it('is said of every message', () => {
      const known = ClientMessage.options.map((option) => option.shape.type.value);
      expect(types.toSorted()).toEqual(known.toSorted());
    });

    it.each(['noToken', 'expiredToken'] as const)('is nothing for %s', async (actor) => {
      await expect(connect(world.stack.socketUrl, { token: world.tokens[actor] })).rejects.toThrow('refused: 401');
    });

    it('is what the matrix says of each message and each actor', async () => {
      const speakers = Object.keys(socketMatrix.ping[0]?.outcomes ?? {}) as Speaker[];
      const open = async (speaker: Speaker) =>
        speaker === 'revoked' ? world.revokedSocket : connect(world.stack.socketUrl, { token: world.tokens[speaker] });

      for (const speaker of speakers) {
        const socket = await open(speaker);
        for (const type of types) {
          for (const { outcomes, message } of socketMatrix[type]) {
            const reply = await socket.ask({ type, ...message(world, speaker) });
            const outcome = reply.type === 'ok' ? 'allowed' : reply.error.code;
            expect([type, speaker, outcome]).toEqual([type, speaker, outcomes[speaker]]);
          }
        }
        if (speaker !== 'revoked') await socket.close();
      }
    });
  });

  it(last, () => holds(last));

  async function holds(key: RouteKey): Promise<void> {
    const { outcomes, asked, oneByOne } = routeMatrix[key];
    const isHidden = (actor: Actor) => outcomes[actor] === 'not_found' || outcomes[actor] === 'nothing';
    const cell = async (actor: Actor) => {
      const request = await asked(world, outcomes[actor] === 'allowed');
      const token = world.tokens[actor];
      const answer = await ask(key, token, request);
      const known = outsiders.includes(actor) ? [] : [world.workspaceId];
      const unseen = isHidden(actor) ? await ask(key, token, madeUp(request, known)) : answer;
      return { actor, outcome: outcomeOf(key, answer), answer, unseen };
    };

    const cells: Awaited<ReturnType<typeof cell>>[] = [];
    if (oneByOne) for (const actor of actors) cells.push(await cell(actor));
    else cells.push(...(await Promise.all(actors.map(cell))));

    expect(Object.fromEntries(cells.map(({ actor, outcome }) => [actor, outcome]))).toEqual(outcomes);
    // Whatever is kept from somebody answers as if it were not there at all.
    for (const { answer, unseen } of cells) expect(withoutIds(answer)).toEqual(withoutIds(unseen));
  }
});

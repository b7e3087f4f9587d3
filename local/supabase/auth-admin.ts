import * as z from 'zod';
import { authError, json } from './replies.ts';
import { type User, UserInput, type Users } from './users.ts';

const Page = z.object({
  page: z.coerce.number().int().min(1).catch(1),
  per_page: z.coerce.number().int().min(1).max(1000).catch(50),
});
const UserPath = /^\/auth\/v1\/admin\/users\/([0-9a-f-]{36})$/;

/** `/auth/v1/admin/users`: create, list, read, change and delete users. The caller has shown the secret key. */
export async function answerAdmin(users: Users, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const id = UserPath.exec(url.pathname)?.[1];
  if (!id && url.pathname !== '/auth/v1/admin/users') return authError(404, 'not_found', 'no such admin route');
  switch (`${request.method} ${id ? 'one' : 'all'}`) {
    case 'GET all': {
      const { page, per_page } = Page.parse(Object.fromEntries(url.searchParams));
      const { users: listed, total } = await users.list(page, per_page);
      return json(200, { users: listed, aud: 'authenticated' }, { 'x-total-count': String(total) });
    }
    case 'POST all':
      return withInput(users, request, undefined, (input) => users.create(input));
    case 'GET one':
      return reply(id ? await users.find(id) : undefined);
    case 'PUT one':
      return withInput(users, request, id, async (input) =>
        id && (await users.find(id)) ? users.update(id, input) : undefined,
      );
    case 'DELETE one':
      return id && (await users.remove(id)) ? json(200, {}) : reply(undefined);
    default:
      return authError(405, 'method_not_allowed', 'method not allowed');
  }
}

async function withInput(
  users: Users,
  request: Request,
  id: string | undefined,
  act: (input: UserInput) => Promise<User | undefined>,
): Promise<Response> {
  const input = UserInput.safeParse(await request.json().catch(() => undefined));
  if (!input.success) return authError(400, 'validation_failed', z.prettifyError(input.error));
  if (input.data.email && (await users.emailIsTaken(input.data.email, id))) return emailExists();
  return reply(await act(input.data));
}

export function emailExists(): Response {
  return authError(422, 'email_exists', 'A user with this email address has already been registered');
}

function reply(user: User | undefined): Response {
  return user ? json(200, user) : authError(404, 'user_not_found', 'User not found');
}

import * as z from 'zod';
import { ErrorBody, errorOfProblem, Problem } from '#core/protocol/errors.ts';
import { ErrorReply, EventsPush, OkReply } from '#core/protocol/socket.ts';

/** Why a newer server refuses may have no name here yet: its words are for a person all the same. */
const code = z.string();

/** What a server says of a refusal, as this client reads it. A code that it does not know is a refusal like any other, and not retried. */
export const ToldError = ErrorBody.extend({ code });
export type ToldError = z.infer<typeof ToldError>;

/** The same as HTTP tells it. */
export const ToldProblem = Problem.extend({ code }).transform((problem): ToldError => errorOfProblem(problem));

export const ToldErrorReply = ErrorReply.extend({ error: ToldError });
export type ToldErrorReply = z.infer<typeof ToldErrorReply>;

/** What a server says on the socket. */
export const ToldMessage = z.discriminatedUnion('type', [OkReply, ToldErrorReply, EventsPush]);
export type ToldMessage = z.infer<typeof ToldMessage>;

import type * as z from 'zod';

/** Something that an agent can do, run inside the worker. */
export interface Tool {
  /** snake_case; what the model calls and the tool card shows. */
  readonly name: string;
  /** For the model: what it does and when to use it. */
  readonly description: string;
  /** The arguments. Every field is required (nullable ones may be null), as strict function calling asks for. */
  readonly parameters: z.ZodObject;
  /** Gives the result as text for the model. Throws an Error whose message the model may read. Must stop when the signal says so. */
  execute(args: unknown, signal: AbortSignal): Promise<string>;
}

import * as z from 'zod';

/**
 * Compares one argument of a call, named by its path (`amount`, `recipient.country`). An argument that is missing matches
 * `not_equals` alone; one that cannot be compared as a number (`$500`) matches `greater_than` and `less_than`.
 */
export const ArgumentCondition = z.strictObject({
  argument: z.string().min(1).max(200),
  op: z.enum(['equals', 'not_equals', 'greater_than', 'less_than', 'contains']),
  value: z.union([z.string().max(1000), z.number(), z.boolean()]),
});
export type ArgumentCondition = z.infer<typeof ArgumentCondition>;

/**
 * Who may decide: the one whose run it is or an admin of the workspace, an admin only, or (four eyes) an admin who is not
 * the one whose run it is.
 */
export const Decider = z.enum(['requester_or_admin', 'admin', 'other_admin']);
export type Decider = z.infer<typeof Decider>;

const asked = {
  decider: Decider.default('requester_or_admin'),
  /** After this long without an answer the call is refused. */
  expiresInSeconds: z
    .number()
    .int()
    .min(10)
    .max(30 * 86_400)
    .default(7 * 86_400),
};

/** Whether a person is asked before an agent's call of a tool is carried out. `when`: if any of the conditions matches. */
export const ToolPolicy = z.discriminatedUnion('approval', [
  z.strictObject({ approval: z.literal('never') }),
  z.strictObject({ approval: z.literal('always'), ...asked }),
  z.strictObject({ approval: z.literal('when'), anyOf: z.array(ArgumentCondition).min(1).max(20), ...asked }),
]);
export type ToolPolicy = z.infer<typeof ToolPolicy>;

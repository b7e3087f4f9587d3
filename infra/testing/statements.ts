import * as z from 'zod';
import type { Synthesis } from './synthesize.ts';

const OneOrMore = z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]);
const Statement = z.object({
  Effect: z.string(),
  Action: OneOrMore.pipe(z.array(z.string())),
  Resource: OneOrMore.pipe(z.array(z.unknown())),
});
const Document = z.object({ Statement: z.array(Statement) });

export interface AllowedActions {
  /** Where it stands, for messages. */
  readonly policy: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** What every role of the platform may do. CDK's own Lambda for uploads is none of its roles. */
export const allowedActions = ({ resources }: Synthesis): AllowedActions[] =>
  resources
    .filter(
      ({ type, id }) => /^AWS::IAM::(ManagedPolicy|Policy)$/.test(type) && !id.startsWith('CustomCDKBucketDeployment'),
    )
    .flatMap(({ id, properties }) =>
      Document.parse(properties['PolicyDocument']).Statement.map(({ Effect, Action, Resource }) => ({
        policy: `${Effect} in ${id}`,
        actions: Action,
        resources: Resource.map((resource) => (typeof resource === 'string' ? resource : JSON.stringify(resource))),
      })),
    );

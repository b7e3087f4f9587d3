import type * as z from 'zod';
import type { secretNames } from '../core/env.ts';

type SecretName = (typeof secretNames)[number];

/** The variables that a process of this schema needs and that are no secrets, so that a missing one does not compile. */
export type PlainVariables<Schema extends z.ZodObject> = {
  readonly [Name in keyof z.input<Schema> as Exclude<Name, SecretName>]: string;
};

/** What a Lambda gets: plain variables, and of each secret the ARN, because a Lambda's environment is readable in the console. */
export type LambdaVariables<Schema extends z.ZodObject> = PlainVariables<Schema> & {
  readonly [Name in Extract<keyof z.input<Schema>, SecretName> as `${Name}_ARN`]: string;
};

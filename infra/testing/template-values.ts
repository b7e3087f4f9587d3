import * as z from 'zod';

/** What CloudFormation fills in stands for itself here: good as a name and as a URL. */
const token = 'https://token.invalid/value';

const Join = z.object({ 'Fn::Join': z.tuple([z.string(), z.array(z.unknown())]) });

/** A value of a template as text, with references replaced by something that looks like what they will be. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = Join.safeParse(value).data;
  if (!join) return token;
  const [separator, parts] = join['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : 'token')).join(separator);
}

/** The logical id that `Ref` or `Fn::GetAtt` names, also from another stack's output. */
export const mentions = (value: unknown, id: string): boolean => JSON.stringify(value ?? null).includes(`"${id}`);

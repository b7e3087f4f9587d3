import { CfnElement, Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Accepts findings of cdk-nag on a construct and everything in it, each for a reason that a reviewer can check. Wildcards are
 * accepted one by one: `IAM5[Resource::…]`, with resources of the template as `<LogicalId>`.
 */
export function acknowledge(scope: IConstruct, reasons: Readonly<Record<string, string>>): void {
  Validations.of(scope).acknowledge(
    ...Object.entries(reasons).map(([rule, reason]) => ({ id: `AwsSolutions-${rule}`, reason })),
  );
}

/** The name that a construct's resource has in the template, and so in findings. */
export function logicalIdOf(construct: IConstruct): string {
  const resource = construct.node.defaultChild;
  if (!resource || !CfnElement.isCfnElement(resource)) throw new Error(`${construct.node.path} is not a resource.`);
  return Stack.of(construct).getLogicalId(resource);
}

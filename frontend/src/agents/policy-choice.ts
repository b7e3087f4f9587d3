import { type Decider, ToolPolicy } from '#core/protocol/tool-policy.ts';

export const deciderNames: readonly { readonly value: Decider; readonly name: string }[] = [
  { value: 'requester_or_admin', name: 'whoever runs it, or an admin' },
  { value: 'admin', name: 'an admin' },
  { value: 'other_admin', name: 'an admin who does not run it' },
];

/** The policy behind a choice in the list; what was said of the decider stays. Nothing is the tool's own. */
export function policyOf(choice: string, before: ToolPolicy | undefined): ToolPolicy | undefined {
  const asked =
    before && before.approval !== 'never' ? { decider: before.decider, expiresInSeconds: before.expiresInSeconds } : {};
  switch (choice) {
    case 'never':
      return { approval: 'never' };
    case 'always':
      return ToolPolicy.parse({ approval: 'always', ...asked });
    case 'when':
      return ToolPolicy.parse({ approval: 'when', anyOf: [{ argument: 'name', op: 'equals', value: '' }], ...asked });
    default:
      return undefined;
  }
}

export function policyWords({ approval }: ToolPolicy): string {
  switch (approval) {
    case 'never':
      return 'do not ask';
    case 'always':
      return 'ask';
    case 'when':
      return 'sometimes ask';
  }
}

/** What the fields of an agent are called in the editor. */
export const fieldNames: Readonly<Record<string, string>> = {
  name: 'Name',
  role: 'Role',
  personality: 'Personality',
  avatar: 'Avatar',
  department: 'Department',
  description: 'Description',
  instructions: 'Instructions',
  model: 'Model',
  settings: 'Model settings',
  tools: 'Tools',
  toolPolicies: 'Approvals',
  handoffs: 'Hands over to',
  delegates: 'Asks',
  limits: 'Limits',
};

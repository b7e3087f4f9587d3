/** What a tool may be called by all providers: letters, digits and "_", 64 characters at most. */
const longest = 64;

/** A tool's name that names an agent, other than those that are taken; it is taken then. */
export function agentToolName(verb: string, agentName: string, taken: Set<string>): string {
  const plain = agentName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const base = `${verb}_${plain || 'agent'}`.slice(0, longest - 4);
  let name = base;
  for (let count = 2; taken.has(name); count += 1) name = `${base}_${count}`;
  taken.add(name);
  return name;
}

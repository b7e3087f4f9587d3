/** What `demo/scripted` says. It is a script and says so; it never pretends to understand. */

export interface DemoCall {
  readonly tool: string;
  readonly arguments: Record<string, unknown>;
}

export type DemoTurn = { kind: 'say'; text: string } | { kind: 'call'; calls: readonly DemoCall[] };

interface DemoInput {
  /** What the user wrote last. */
  readonly message: string;
  /** What tools gave back since then, in order. */
  readonly results: readonly { readonly tool: string; readonly output: string }[];
  /** What the agent may call: tools, colleagues (`ask_…`), and whom it may hand over to (`transfer_to_…`). */
  readonly tools: readonly string[];
}

const confession =
  '_I am a script, not an AI: this deployment has no model key yet. What you see around me is real, though: the run, its events, the tools._';

const isHandover = (tool: string) => tool.startsWith('transfer_to_');

/** Decides what to say or do. Pure: the same input has the same answer. */
export function demoTurn({ message, results, tools }: DemoInput): DemoTurn {
  const given = results.filter(({ tool }) => !isHandover(tool));
  if (given.length > 0) return { kind: 'say', text: `${reportOf(given.map(({ output }) => output))}\n\n${confession}` };
  if (results.length > 0) return { kind: 'say', text: `You are with me now, another agent.\n\n${confession}` };
  const calls = callsFor(message, tools);
  if (calls.length > 0) return { kind: 'call', calls };
  if (/\b(time|clock|date|today|what day)\b/i.test(message)) {
    return {
      kind: 'say',
      text: `This agent may not use the \`current_time\` tool. The Personal Assistant may.\n\n${confession}`,
    };
  }
  if (/\b(long|essay|story|lot)\b/i.test(message)) return { kind: 'say', text: longAnswer() };
  if (/\b(markdown|table|code|list|format)\b/i.test(message)) return { kind: 'say', text: markdownSample };
  return { kind: 'say', text: greeting(message) };
}

const reportOf = (outputs: readonly string[]): string =>
  outputs.length === 1
    ? `The tool says: **${outputs[0]}**`
    : `The tools say: ${outputs.map((output) => `**${output}**`).join(' and ')}`;

/** Which of the agent's tools a message asks for; the first kind that it may use. */
function callsFor(message: string, tools: readonly string[]): DemoCall[] {
  const may = (tool: string) => tools.includes(tool);
  // `Call charge {"amount": 5}`: whatever the agent has, word for word.
  const [, named = '', json = '{}'] = /\bcall\s+(\w+)\s*(\{[\s\S]*\})?/i.exec(message) ?? [];
  if (may(named)) return [{ tool: named, arguments: objectIn(json) }];
  if (/\b(theme|dark|light)\b/i.test(message) && may('switch_theme')) {
    return [{ tool: 'switch_theme', arguments: { theme: /\b(dark|light|system)\b/i.exec(message)?.[1] ?? message } }];
  }
  if (/\bask me\b/i.test(message) && may('ask_user')) return [{ tool: 'ask_user', arguments: questions }];
  const handover = tools.find(isHandover);
  if (/\b(hand\w*|transfer)\b/i.test(message) && handover) return [{ tool: handover, arguments: {} }];
  const colleague = tools.find((tool) => tool.startsWith('ask_') && tool !== 'ask_user');
  if (/\b(delegate|colleague)\b/i.test(message) && colleague) {
    return [{ tool: colleague, arguments: { task: 'Please say hello.' } }];
  }
  if (/\b(time|clock|date|today|what day)\b/i.test(message) && may('current_time')) {
    return timeZonesIn(message).map((timeZone) => ({ tool: 'current_time', arguments: { timeZone } }));
  }
  return [];
}

function objectIn(json: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // What a person typed is no JSON; the tool says what it wants.
    return {};
  }
}

const questions = {
  title: 'Two questions',
  questions: [
    {
      id: 'colour',
      question: 'Which colour do you like best?',
      kind: 'choice',
      options: ['red', 'green', 'blue'],
      multiple: false,
      required: true,
    },
    { id: 'why', question: 'Why?', kind: 'text', options: [], multiple: false, required: false },
  ],
};

/** The time zones of the cities that the message names, three at most, as IANA writes them; UTC when it names none. */
export function timeZonesIn(message: string): string[] {
  const words = spaced(message);
  const named = Intl.supportedValuesOf('timeZone')
    .map((zone) => ({ zone, at: words.indexOf(spaced(zone.split('/').at(-1) ?? '')) }))
    .filter(({ at }) => at >= 0)
    .toSorted((one, other) => one.at - other.at)
    .map(({ zone }) => zone);
  return named.length > 0 ? named.slice(0, 3) : ['UTC'];
}

/** Its words in lower case, with a space before and after each. */
const spaced = (text: string): string =>
  ` ${text
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()} `;

const greeting = (message: string) => `Hello! You wrote ${quoted(message)}.

${confession}

Things that I can show you:

- **What time is it in Tokyo and in Berlin?** calls a real tool, twice at once.
- **Switch to the dark theme** is carried out by your own page.
- **Ask me something** shows a form, and the run waits for you.
- **Write a long answer** gives you time to reload the page, to stop me, or to open a second tab.
- **Show me markdown** streams a table and some code.

To talk to a real model, start Troupe with \`OPENAI_API_KEY\` set, or with [Ollama](https://ollama.com) running.`;

function quoted(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim();
  return `"${line.length > 80 ? `${line.slice(0, 80)}…` : line}"`;
}

const markdownSample = `## What markdown looks like

Some **bold**, some *italic*, some \`inline code\` and a [link](https://www.markdownguide.org).

1. First
2. Second
   - with a detail

| part | what it does |
| --- | --- |
| log | keeps every event, in order |
| socket | tells you at once |
| worker | runs the agents |

\`\`\`ts
export async function retry<T>(work: () => Promise<T>, attempts = 4): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}
\`\`\`

> ${confession}`;

function longAnswer(): string {
  const parts = [
    'A message that you send is written down before anything else happens to it.',
    'Only then does it go into a queue, where a worker finds it.',
    'The worker asks the model, and every piece of the answer goes into a log, numbered without a gap.',
    'Your browser is told of each piece, but it does not depend on being told.',
    'If it misses some, it sees the gap in the numbers and asks for the rest.',
    'That is why you can reload this page right now, and the answer goes on where it was.',
    'You can also open it in a second tab: both show the same.',
    'Or press Stop: the worker hears of it within two seconds, and what was said so far stays.',
  ];
  const paragraphs = Array.from({ length: 12 }, (_, index) => {
    const turned = parts.map((_, offset) => parts[(index + offset) % parts.length]);
    return `**${index + 1}.** ${turned.slice(0, 4).join(' ')}`;
  });
  return `# A long answer\n\n${confession}\n\n${paragraphs.join('\n\n')}\n\nThat was all.`;
}

/** What `demo/scripted` says. It is a script and says so; it never pretends to understand. */

export type DemoTurn =
  | { kind: 'say'; text: string }
  | { kind: 'call'; tool: 'current_time'; arguments: { timeZone: string } };

interface DemoInput {
  /** What the user wrote last. */
  readonly message: string;
  /** What the tool gave back, when it was called for this message. */
  readonly toolOutput?: string | undefined;
  readonly canTellTime: boolean;
}

const confession =
  '_I am a script, not an AI: this deployment has no model key yet. What you see around me is real, though: the run, its events, the tools._';

/** Decides what to say or do. Pure: the same input has the same answer. */
export function demoTurn({ message, toolOutput, canTellTime }: DemoInput): DemoTurn {
  if (toolOutput !== undefined) return { kind: 'say', text: `The tool says: **${toolOutput}**\n\n${confession}` };
  if (/\b(time|clock|date|today|what day)\b/i.test(message)) {
    if (canTellTime) return { kind: 'call', tool: 'current_time', arguments: { timeZone: timeZoneIn(message) } };
    return {
      kind: 'say',
      text: `This agent may not use the \`current_time\` tool. The Personal Assistant may.\n\n${confession}`,
    };
  }
  if (/\b(long|essay|story|lot)\b/i.test(message)) return { kind: 'say', text: longAnswer() };
  if (/\b(markdown|table|code|list|format)\b/i.test(message)) return { kind: 'say', text: markdownSample };
  return { kind: 'say', text: greeting(message) };
}

/** The time zone of a city that the message names, as IANA writes it; UTC when it names none. */
export function timeZoneIn(message: string): string {
  const words = spaced(message);
  return (
    Intl.supportedValuesOf('timeZone').find((zone) => words.includes(spaced(zone.split('/').at(-1) ?? ''))) ?? 'UTC'
  );
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

- **What time is it in Tokyo?** calls a real tool.
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

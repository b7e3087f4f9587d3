/** A tool's name as words: `current_time` is "current time". */
export const toolWords = (name: string): string => name.replaceAll('_', ' ').trim() || name;

/** The same where a title stands: "Current time". */
export function toolTitle(name: string): string {
  const words = toolWords(name);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Arguments and results are JSON, or what a model took for JSON: indented when they can be read, as they are when not. */
export function pretty(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  } catch {
    return text;
  }
}

/** The arguments in a line, for a card that is closed. */
export function summary(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return String(value);
    return Object.values(value)
      .map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
      .join(', ');
  } catch {
    return text;
  }
}

/** The arguments one by one, as far as they are a plain object; null when they are not. */
export function namedArguments(text: string): readonly { readonly name: string; readonly value: string }[] | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
    return Object.entries(value).map(([name, part]) => ({
      name,
      value: typeof part === 'string' ? part : readable(part),
    }));
  } catch {
    return null;
  }
}

const longestLine = 60;

/** In one line when it fits. */
function readable(value: unknown): string {
  const line = JSON.stringify(value);
  return line.length <= longestLine ? line : JSON.stringify(value, null, 2);
}

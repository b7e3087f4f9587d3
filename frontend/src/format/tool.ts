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

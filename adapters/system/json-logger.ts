import { PlatformError } from '#core/errors.ts';
import type { Logger } from '#core/ports/logger.ts';

type Level = 'info' | 'warn' | 'error';

/**
 * A logger that writes one JSON line per event, as CloudWatch Logs Insights reads it. Errors are written with their cause
 * and stack; anything that looks like a token is cut out of them. Never throws: what cannot be written is left out.
 */
export function createJsonLogger(
  fields: Record<string, unknown>,
  write: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Logger {
  const log = (level: Level) => (own: Record<string, unknown>, message: string) => {
    const line = { time: new Date().toISOString(), level, message };
    // The line's own fields come first, and no other of the same name replaces them.
    write(redact(toJson({ ...line, ...fields, ...own, ...line }) ?? JSON.stringify({ ...line, unwritable: true })));
  };
  return {
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: (more) => createJsonLogger({ ...fields, ...more }, write),
  };
}

function toJson(line: Record<string, unknown>): string | undefined {
  try {
    return JSON.stringify(line, (_, value: unknown) => {
      if (value instanceof Error) return describe(value);
      return typeof value === 'bigint' ? String(value) : value;
    });
  } catch {
    // A circle. Logging must not be what breaks.
    return undefined;
  }
}

function describe(error: Error): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const code = error instanceof PlatformError ? { code: error.code } : {};
  return { name, ...code, message, stack, ...(cause !== undefined && { cause }) };
}

const secrets =
  /eyJ[\w-]+\.[\w-]+\.[\w-]*|sb_(?:secret|publishable)_\w+|sk-[\w-]{8,}|AIza[\w-]{20,}|hf_\w{8,}|(?<=\bbearer[ .])[\w.~+/=-]+/gi;

const redact = (line: string): string => line.replace(secrets, '[redacted]');

import type { Logger } from '#core/ports/logger.ts';

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

/** A logger that keeps its lines, those of its children too. */
export function createMemoryLogger(lines: LogLine[] = [], own: Record<string, unknown> = {}): Logger {
  const log = (level: LogLine['level']) => (fields: Record<string, unknown>, message: string) =>
    void lines.push({ level, message, fields: { ...own, ...fields } });
  return {
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: (fields) => createMemoryLogger(lines, { ...own, ...fields }),
  };
}

import type { ToolResult } from '#core/protocol/item.ts';
import { pretty } from '../format/tool.ts';
import { byteSize } from '../format/usage.ts';
import { CopyButton } from '../kit/copy-button.tsx';
import { TextButton } from '../kit/text-button.tsx';
import { useBlob } from './use-blob.ts';

export function Payload({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <div className="flex min-h-8 items-center justify-between">
        <span className="font-medium text-[12.5px] text-muted">{label}</span>
        <CopyButton label={`Copy ${label.toLowerCase()}`} text={() => text} />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-72 overflow-auto whitespace-pre-wrap rounded-lg bg-sunken px-3 py-2 font-mono text-[12.5px] leading-relaxed [overflow-wrap:anywhere]"
      >
        {text || '(empty)'}
      </pre>
    </div>
  );
}

/** What a tool gave back. Of a long text there is the beginning, and the whole when it is asked for. */
export function ResultPayload({ result: { blob, output, ok } }: { readonly result: ToolResult }) {
  const { state, load } = useBlob(blob);
  return (
    <div>
      <Payload label={ok ? 'Result' : 'Error'} text={pretty(state.status === 'loaded' ? state.text : output)} />
      {blob && state.status !== 'loaded' && (
        <p className="mt-1 flex flex-wrap items-center gap-x-1 text-[13px] text-muted" data-testid="blob">
          This is the beginning of {byteSize(blob.bytes)}.
          {state.status === 'loading' ? (
            <span className="px-1.5">Loading</span>
          ) : (
            <TextButton onClick={load} testId="load-blob">
              Load the whole
            </TextButton>
          )}
          {state.status === 'failed' && <span className="text-danger">That did not work. {state.message}</span>}
        </p>
      )}
    </div>
  );
}

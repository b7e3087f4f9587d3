import type { ReactNode } from 'react';
import type { UsageRow } from '#core/protocol/usage.ts';
import { usd } from '../format/usage.ts';
import { Cell, HeadCell, Table } from '../kit/table.tsx';
import { tokens } from './totals.ts';

interface UsageTableProps {
  readonly caption: string;
  readonly keyName: string;
  readonly rows: readonly UsageRow[];
  readonly nameOf: (key: string) => ReactNode;
}

export function UsageTable({ caption, keyName, rows, nameOf }: UsageTableProps) {
  const most = Math.max(...rows.map(({ costUsd }) => costUsd), 0);
  return (
    <Table caption={caption}>
      <thead>
        <tr>
          <HeadCell>{keyName}</HeadCell>
          <HeadCell className="text-right">Calls</HeadCell>
          <HeadCell className="text-right max-sm:hidden">Tokens in</HeadCell>
          <HeadCell className="text-right max-sm:hidden">Tokens out</HeadCell>
          <HeadCell className="text-right">Cost</HeadCell>
          <HeadCell aria-hidden="true" className="w-28 max-sm:hidden" />
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key} data-testid="usage-row">
            <Cell className="max-w-64 truncate">{nameOf(row.key)}</Cell>
            <Cell className="text-right tabular-nums">{row.calls.toLocaleString('en')}</Cell>
            <Cell className="text-right tabular-nums max-sm:hidden">{tokens(row.inputTokens)}</Cell>
            <Cell className="text-right tabular-nums max-sm:hidden">{tokens(row.outputTokens)}</Cell>
            <Cell className="whitespace-nowrap text-right font-medium tabular-nums">
              {row.calls === row.unpricedCalls && row.calls > 0 ? 'no price' : usd(row.costUsd * 1e6)}
            </Cell>
            <Cell aria-hidden="true" className="w-28 max-sm:hidden">
              <span className="block h-1.5 rounded-full bg-hover">
                <span
                  className="block h-full rounded-full bg-accent"
                  style={{ width: `${most > 0 ? (row.costUsd / most) * 100 : 0}%` }}
                />
              </span>
            </Cell>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

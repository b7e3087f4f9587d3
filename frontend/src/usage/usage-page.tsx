import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { UsageRow, UsageTotals } from '#core/protocol/usage.ts';
import { Header } from '../app/header.tsx';
import { usePageTitle } from '../app/use-page-title.ts';
import { mayManage, useThisWorkspace } from '../app/workspace-context.ts';
import { usd } from '../format/usage.ts';
import { Select } from '../kit/field.tsx';
import { EmptyState, PageBody, Section } from '../kit/page.tsx';
import { QueryView } from '../kit/query-view.tsx';
import { BarChart } from './bar-chart.tsx';
import { Breakdown } from './breakdown.tsx';
import { daysBetween, type Span, spanOf } from './days.ts';
import { sumOf, tokens } from './totals.ts';
import { UsageTable } from './usage-table.tsx';
import { useUsage } from './use-usage.ts';

const spanNames: Record<Span, string> = {
  month: 'This month',
  last_month: 'Last month',
  week: 'Last 7 days',
  quarter: 'Last 90 days',
};
const isSpan = (value: string): value is Span => Object.hasOwn(spanNames, value);

/** The bill: what model calls took and cost, by day and by whatever one asks for. */
export function UsagePage() {
  const workspace = useThisWorkspace();
  const { span = 'month' } = useSearch({ from: '/w/$workspaceId/usage' });
  const navigate = useNavigate({ from: '/w/$workspaceId/usage' });
  const { from, to } = spanOf(span, new Date());
  const days = useUsage(workspace.id, 'day', from, to);
  usePageTitle(`Usage of ${workspace.name}`);
  return (
    <>
      <Header title="Usage" />
      <PageBody width="list">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="text-muted text-sm">
            {mayManage(workspace.role) ? 'Everybody’s usage' : 'Your own usage'}, days in UTC.{' '}
            <Link
              to="/w/$workspaceId/settings/budgets"
              params={{ workspaceId: workspace.id }}
              className="font-medium text-link underline underline-offset-2"
            >
              Budgets
            </Link>
          </p>
          <Select
            aria-label="Time"
            className="w-auto!"
            value={span}
            onChange={(event) => {
              const next = event.target.value;
              if (isSpan(next)) void navigate({ search: { span: next }, replace: true });
            }}
          >
            {Object.entries(spanNames).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </Select>
        </div>
        <QueryView query={days} what="The usage">
          {(rows) => (
            <>
              <Totals totals={sumOf(rows)} />
              <ByDay rows={rows} days={daysBetween(from, to)} />
            </>
          )}
        </QueryView>
        <Breakdown from={from} to={to} />
      </PageBody>
    </>
  );
}

function Totals({ totals }: { readonly totals: UsageTotals }) {
  return (
    <>
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-4" data-testid="usage-totals">
        <Tile name="Cost" value={usd(totals.costUsd * 1e6)} testId="total-cost">
          {totals.calls === 0 ? 'nothing yet' : `${usd((totals.costUsd / totals.calls) * 1e6)} a call`}
        </Tile>
        <Tile name="Model calls" value={totals.calls.toLocaleString('en')}>
          {totals.unpricedCalls > 0 ? `${totals.unpricedCalls} without a price` : 'all with a price'}
          {totals.estimatedCalls > 0 && `, ${totals.estimatedCalls} estimated`}
        </Tile>
        <Tile name="Tokens in" value={tokens(totals.inputTokens)}>
          {tokens(totals.cachedInputTokens)} of them cached
        </Tile>
        <Tile name="Tokens out" value={tokens(totals.outputTokens)}>
          {tokens(totals.reasoningTokens)} of them reasoning
        </Tile>
      </dl>
      {totals.unpricedCalls > 0 && (
        <p className="flex items-start gap-2.5 rounded-xl border border-warning-line bg-warning-soft px-4 py-3 text-sm text-warning">
          <TriangleAlert size={16} className="mt-0.5 shrink-0" />
          Nobody has said what some models cost, so their calls are not in the cost. Set prices of your own under
          Budgets.
        </p>
      )}
    </>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly children: ReactNode;
  readonly testId?: string;
}

function Tile({ name, value, children, testId }: TileProps) {
  return (
    <div className="rounded-2xl border border-line bg-raised px-4 py-3.5">
      <dt className="text-[13px] text-muted">{name}</dt>
      <dd>
        <span className="block font-semibold text-2xl tabular-nums tracking-tight" data-testid={testId}>
          {value}
        </span>
        <span className="text-[12.5px] text-muted">{children}</span>
      </dd>
    </div>
  );
}

const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' });

interface ByDayProps {
  readonly rows: readonly UsageRow[];
  readonly days: readonly string[];
}

function ByDay({ rows, days }: ByDayProps) {
  const [shown, setShown] = useState<'cost' | 'tokens'>('cost');
  const [asTable, setAsTable] = useState(false);
  const byDay = new Map(rows.map((row) => [row.key, row]));
  const bars = days.map((day) => {
    const row = byDay.get(day);
    const value = !row ? 0 : shown === 'cost' ? row.costUsd : row.inputTokens + row.outputTokens;
    return { key: day, value, name: short.format(new Date(day)) };
  });
  const format = shown === 'cost' ? (value: number) => usd(value * 1e6) : tokens;
  const most = bars.reduce((a, b) => (b.value > a.value ? b : a), { name: '', value: 0 });
  return (
    <Section
      title="By day"
      action={
        <div className="flex flex-wrap gap-2">
          <Select
            aria-label="What is shown"
            className="w-auto!"
            value={shown}
            onChange={(event) => setShown(event.target.value === 'tokens' ? 'tokens' : 'cost')}
          >
            <option value="cost">Cost</option>
            <option value="tokens">Tokens</option>
          </Select>
          <button
            type="button"
            aria-pressed={asTable}
            onClick={() => setAsTable(!asTable)}
            className="min-h-10 rounded-lg border border-line px-3 text-sm hover:bg-hover aria-pressed:bg-hover pointer-coarse:min-h-11"
          >
            As a table
          </button>
        </div>
      }
    >
      {asTable ? (
        <UsageTable caption="Usage by day" rows={rows} nameOf={(key) => key} keyName="Day" />
      ) : most.value === 0 ? (
        <EmptyState title={shown === 'cost' ? 'Nothing was spent in this time' : 'Nothing was used in this time'} />
      ) : (
        <BarChart
          label={`${shown === 'cost' ? 'Cost' : 'Tokens'} by day. The most, ${format(most.value)}, on ${most.name}.`}
          bars={bars}
          format={format}
        />
      )}
    </Section>
  );
}

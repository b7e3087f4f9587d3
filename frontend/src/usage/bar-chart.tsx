import { useRef } from 'react';
import { useWidth } from '../kit/use-width.ts';
import { axisEnd } from './scale.ts';

interface BarChartProps {
  readonly label: string;
  readonly bars: readonly { readonly key: string; readonly value: number; readonly name: string }[];
  readonly format: (value: number) => string;
}

const height = 180;
/** Before the page has been laid out. */
const usualWidth = 720;
/** Room for a name such as "Nov 21". */
const nameWidth = 56;
const plot = { top: 10, bottom: 24, left: 56, right: 4 };

/** Bars over days. What it shows is said in its label; the table beside it has each number. */
export function BarChart({ label, bars, format }: BarChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place, usualWidth);
  const end = axisEnd(Math.max(0, ...bars.map(({ value }) => value)));
  const inner = { width: Math.max(width - plot.left - plot.right, 1), height: height - plot.top - plot.bottom };
  const slot = inner.width / Math.max(bars.length, 1);
  const bar = Math.min(slot * 0.72, 36);
  const y = (value: number) => plot.top + inner.height * (1 - value / end);
  // A name in the middle of the last slot would be cut off.
  const isLast = (x: number) => x + bar / 2 + nameWidth / 2 > width;
  // As many names as fit beside each other.
  const every = Math.max(1, Math.ceil((bars.length * nameWidth) / inner.width));
  return (
    <div ref={place}>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${width} ${height}`}
        className="block h-auto w-full"
        fontSize="11"
      >
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <line
              x1={plot.left}
              x2={width - plot.right}
              y1={y(end * share)}
              y2={y(end * share)}
              stroke="var(--line)"
              strokeDasharray={share === 0 ? undefined : '3 4'}
            />
            <text x={plot.left - 8} y={y(end * share) + 4} textAnchor="end" fill="var(--muted)">
              {format(end * share)}
            </text>
          </g>
        ))}
        {bars.map(({ key, value, name }, index) => {
          const x = plot.left + slot * index + (slot - bar) / 2;
          const top = value > 0 ? Math.min(y(value), y(0) - 2) : y(0);
          return (
            <g key={key}>
              <rect x={x} y={top} width={bar} height={y(0) - top} rx={Math.min(3, bar / 2)} fill="var(--accent)" />
              {/* The whole slot shows the number, however low its bar is. */}
              <rect x={plot.left + slot * index} y={plot.top} width={slot} height={inner.height} fill="transparent">
                <title>{`${name}: ${format(value)}`}</title>
              </rect>
              {index % every === 0 && (
                <text
                  x={isLast(x) ? width - plot.right : x + bar / 2}
                  y={height - 6}
                  textAnchor={isLast(x) ? 'end' : 'middle'}
                  fill="var(--muted)"
                >
                  {name}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </div>
  );
}

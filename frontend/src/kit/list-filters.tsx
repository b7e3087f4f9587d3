import type { ReactNode } from 'react';
import { Select } from './field.tsx';
import { SearchField } from './search-field.tsx';

interface ListFiltersProps {
  /** What is searched, as in "Search the catalog". */
  readonly searchLabel: string;
  readonly search: string | undefined;
  /** Called with nothing when the field was emptied. */
  readonly onSearch: (text: string | undefined) => void;
  /** More filters, and what begins something new. */
  readonly children: ReactNode;
}

/** The head of a list that is searched and filtered; what is chosen stands in the address. */
export function ListFilters({ searchLabel, search, onSearch, children }: ListFiltersProps) {
  return (
    <div className="flex flex-wrap items-center gap-2.5">
      <SearchField label={searchLabel} value={search ?? ''} onSearch={(text) => onSearch(text || undefined)} />
      {children}
    </div>
  );
}

interface FilterSelectProps<Value extends string> {
  readonly label: string;
  readonly value: Value | undefined;
  /** What nothing chosen is called. */
  readonly all: string;
  readonly options: readonly { readonly value: Value; readonly name: string }[];
  readonly onChange: (value: Value | undefined) => void;
}

export function FilterSelect<Value extends string>({ label, value, all, options, onChange }: FilterSelectProps<Value>) {
  return (
    <Select
      aria-label={label}
      className="w-auto! min-w-0 max-sm:grow max-sm:basis-36"
      value={value ?? ''}
      onChange={(event) => onChange(options.find((option) => option.value === event.target.value)?.value)}
    >
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.name}
        </option>
      ))}
    </Select>
  );
}

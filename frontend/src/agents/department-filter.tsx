import { FilterSelect } from '../kit/list-filters.tsx';
import { useDepartments } from './agent-queries.ts';

interface DepartmentFilterProps {
  readonly value: string | undefined;
  readonly onChange: (department: string | undefined) => void;
}

export function DepartmentFilter({ value, onChange }: DepartmentFilterProps) {
  const departments = useDepartments().data ?? [];
  return (
    <FilterSelect
      label="Department"
      all="All departments"
      value={value}
      options={departments.map((name) => ({ value: name, name }))}
      onChange={onChange}
    />
  );
}

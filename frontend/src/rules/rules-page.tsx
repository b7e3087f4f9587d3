import { usePageTitle } from '../app/use-page-title.ts';
import { PageBody } from '../kit/page.tsx';
import { RuleList } from './rule-list.tsx';

export function RulesPage() {
  usePageTitle('Rules');
  return (
    <PageBody>
      <RuleList agent={null} />
    </PageBody>
  );
}

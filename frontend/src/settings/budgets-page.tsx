import { usePageTitle } from '../app/use-page-title.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { PageBody } from '../kit/page.tsx';
import { BudgetsSection } from './budgets-section.tsx';
import { PricesSection } from './prices-section.tsx';

export function BudgetsPage() {
  const { name } = useThisWorkspace();
  usePageTitle(`Budgets of ${name}`);
  return (
    <PageBody>
      <BudgetsSection />
      <PricesSection />
    </PageBody>
  );
}

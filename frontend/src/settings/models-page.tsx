import { usePageTitle } from '../app/use-page-title.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { PageBody } from '../kit/page.tsx';
import { AvailableModelsSection } from './available-models-section.tsx';
import { CredentialsSection } from './credentials-section.tsx';

export function ModelsPage() {
  const { name } = useThisWorkspace();
  usePageTitle(`Models of ${name}`);
  return (
    <PageBody>
      <CredentialsSection />
      <AvailableModelsSection />
    </PageBody>
  );
}

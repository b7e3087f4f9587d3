import { usePageTitle } from '../app/use-page-title.ts';
import { useThisWorkspace } from '../app/workspace-context.ts';
import { PageBody } from '../kit/page.tsx';
import { OwnProjectSection } from './own-project-section.tsx';

/** Where the content of a workspace is kept. */
export function DataPage() {
  const { name } = useThisWorkspace();
  usePageTitle(`Data of ${name}`);
  return (
    <PageBody>
      <OwnProjectSection />
    </PageBody>
  );
}

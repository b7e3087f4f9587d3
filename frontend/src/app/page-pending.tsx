import { Loading } from '../kit/query-view.tsx';

/** While the code of a page is on its way. */
export const PagePending = () => (
  <div className="mx-auto w-full max-w-3xl px-4 pt-20 md:px-8">
    <Loading what="This page" />
  </div>
);

import type { CommandPage } from './command-page.ts';
import { automatePage } from './pages/automate.ts';
import { buildPage } from './pages/build.ts';
import { cachePage } from './pages/cache.ts';
import { cacheServePage } from './pages/cache-serve.ts';
import { cacheVerifyPage } from './pages/cache-verify.ts';
import { cleanPage } from './pages/clean.ts';
import { comparePage } from './pages/compare.ts';
import { completionPage } from './pages/completion.ts';
import { diffPage } from './pages/diff.ts';
import { doctorPage } from './pages/doctor.ts';
import { explainPage } from './pages/explain.ts';
import { graphPage } from './pages/graph.ts';
import { helpPage } from './pages/help.ts';
import { initPage } from './pages/init.ts';
import { namesPage } from './pages/names.ts';
import { queryPage } from './pages/query.ts';
import { recompilePage } from './pages/recompile.ts';
import { runPage } from './pages/run.ts';
import { runsPage } from './pages/runs.ts';
import { showPage } from './pages/show.ts';
import { testPage } from './pages/test.ts';
import { validatePage } from './pages/validate.ts';
import { versionPage } from './pages/version.ts';
import { watchPage } from './pages/watch.ts';

export const PAGES: readonly CommandPage[] = [
  automatePage,
  buildPage,
  cachePage,
  cacheServePage,
  cacheVerifyPage,
  cleanPage,
  comparePage,
  completionPage,
  diffPage,
  doctorPage,
  explainPage,
  graphPage,
  helpPage,
  initPage,
  namesPage,
  queryPage,
  recompilePage,
  runPage,
  runsPage,
  showPage,
  testPage,
  validatePage,
  versionPage,
  watchPage,
];

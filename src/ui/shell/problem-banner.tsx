import { type JSX, Show } from 'solid-js';
import type { EngineProblem } from '../../engine/api.ts';
import { useSession } from '../services.ts';
import { explain, strings } from '../strings.ts';
import { Banner } from './banner.tsx';

const sentenceFor = (problem: EngineProblem): string =>
  problem.type === 'storage' ? explain(strings.storage[problem.fault]) : strings.problems[problem.type];

/** Why the app as a whole cannot go on working, if that is so. */
export function ProblemBanner(): JSX.Element {
  const session = useSession();
  return (
    <Show when={session.engine.problem}>
      {(problem) => (
        <Banner
          tone={problem().type === 'retired' ? 'warning' : 'danger'}
          text={sentenceFor(problem())}
          action={{ label: strings.reload, onClick: () => location.reload() }}
        />
      )}
    </Show>
  );
}

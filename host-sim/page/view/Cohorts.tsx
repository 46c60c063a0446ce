/** The boards of a roll-out as it goes on: who runs the newest version, whose turn it is, and who comes later. */
import { COHORTS, cohortOf, cohortsOf } from '../fleet.js';
import type { Channel } from '../protocol.js';
import { Acts } from './Acts.js';
import { allBoards } from './known.js';

/** Boards for whom one click acts. */
const AT_ONCE_MAX = 1000;

/** Those whose turn it is have the release by these, in this order. */
const STEPS = [
  { step: 'approve', why: 'the owner, for one board after the other' },
  { step: 'offer', why: 'to one board after the other' },
] as const;

export function Cohorts({ of }: { of: Channel }) {
  const turn = allBoards.value
    .filter(board => cohortOf(board, of) === 'may take' && board.power === 'on')
    .slice(0, AT_ONCE_MAX)
    .map(({ name }) => name);
  const version = `${of.newest}`;
  return (
    <>
      <table class="cohorts">
        <thead>
          <tr>
            <th scope="col">group</th>
            {COHORTS.map(cohort => (
              <th key={cohort} scope="col">
                <span class={`cell ${cohort.replace(' ', '-')}`} aria-hidden="true" />{' '}
                {cohort === 'later' ? cohort : `${cohort} version ${version}`}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cohortsOf(allBoards.value, of).map(({ counts, group }) => (
            <tr key={group}>
              <th scope="row">{group}</th>
              {COHORTS.map(cohort => (
                <td key={cohort}>{counts[cohort]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Acts
        acts={STEPS.map(({ step, why }) => ({
          ...{ name: `${step} it`, why, isSmall: true },
          words: ['release', step, '--version', version],
          ...{ boards: turn, disabled: turn.length === 0 },
        }))}
      >
        <span>For the {turn.length} whose turn it is:</span>
      </Acts>
    </>
  );
}

/** Acts beside each other, and the command line of each, to copy before it is run. */
import { Act, type ActProperties } from './Act.js';
import { Copy } from './Copy.js';
import { lineOf } from './run.js';

/** The command lines of acts, folded. */
export function Lines({
  acts,
}: {
  acts: readonly Pick<ActProperties, 'boards' | 'name' | 'why' | 'words'>[];
}) {
  return (
    <details class="lines">
      <summary>{acts.length === 1 ? 'its command line' : 'their command lines'}</summary>
      <dl>
        {acts.map(({ boards, name, why, words }) => (
          <div key={`${name} ${words.join(' ')}`}>
            <dt>
              {name}
              {why !== undefined && `: ${why}`}
            </dt>
            <dd>
              <code>{lineOf(words, boards)}</code> <Copy of={name} text={lineOf(words, boards)} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

export function Acts({
  acts,
  children,
}: {
  acts: readonly ActProperties[];
  children?: preact.ComponentChildren;
}) {
  return (
    <>
      <div class="others">
        {children}
        {acts.map(act => (
          <Act key={act.name} {...act} />
        ))}
      </div>
      <Lines acts={acts} />
    </>
  );
}

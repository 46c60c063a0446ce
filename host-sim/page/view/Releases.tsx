/** The vendor's channel: what was published, how far it rolls out, and the acts of vendor, owner and guardian on it. */
import { useId, useState } from 'preact/hooks';
import type { Channel } from '../protocol.js';
import { short } from '../short.js';
import { Act, type ActProperties } from './Act.js';
import { Lines } from './Acts.js';
import { Cohorts } from './Cohorts.js';
import { Line } from './Copy.js';
import { boards, channel, ownerFlags, shownBoard, world } from './known.js';
import { Part } from './Part.js';
import { isRunning, lineOf, run } from './run.js';

const EVERYBODY = 1000;

/** The way of a release to the shown board, and its end. */
const actsOf = ({ version, withdrawn }: Channel['releases'][number], runs: boolean): ActProperties[] => [
  {
    name: 'approve',
    words: ['release', 'approve', '--version', `${version}`, ...ownerFlags.value],
    disabled: withdrawn,
  },
  { name: 'offer', words: ['release', 'offer', '--version', `${version}`], disabled: withdrawn || runs },
  { name: 'withdraw', words: ['release', 'withdraw', '--version', `${version}`], disabled: withdrawn },
];

function Release({ of, release }: { of: Channel; release: Channel['releases'][number] }) {
  const { imageSha256, size, version, withdrawn } = release;
  const runs = shownBoard.value?.imageHash === imageSha256;
  return (
    <tr>
      <th scope="row">version {version}</th>
      <td>
        <code title={imageSha256}>{short(imageSha256)}</code>, {Math.round(size / 1024)} KiB
      </td>
      <td>
        {runs && <strong class="good">runs</strong>} {withdrawn && <strong class="bad">withdrawn</strong>}
        {version < of.floor && 'below the floor'}
      </td>
      <td>
        {actsOf(release, runs).map(act => (
          <Act key={act.name} isSmall {...act} />
        ))}
      </td>
    </tr>
  );
}

/** A number of a thousand boards, and the two acts that take it. */
function Rollout({ of }: { of: Channel }) {
  const id = useId();
  const [share, setShare] = useState(EVERYBODY);
  const words = ['release', 'rollout', `${share}`];
  const published = ['release', 'publish', 'IMAGE', '--manifest', 'MANIFEST', '--rollout', `${share}`];
  const publish = () => run(published, { act: { act: 'publish', rollout: share } });
  return (
    <form
      class="action"
      onSubmit={event => {
        event.preventDefault();
        void publish();
      }}
    >
      <label class="label" for={id}>
        for {share} of 1000 boards
      </label>
      <input
        id={id}
        type="range"
        min="0"
        max={EVERYBODY}
        value={share}
        onInput={event => setShare(Number(event.currentTarget.value))}
      />
      <button type="submit" disabled={isRunning()}>
        build and publish version {Math.max(of.newest, shownBoard.value?.version ?? 0) + 1}
      </button>
      <Act
        isSmall
        name={share < of.rollout ? 'narrow the roll-out' : 'widen the roll-out'}
        {...{ words }}
        disabled={of.newest === 0 || share === of.rollout}
      />
      <Line text={lineOf(published)} />
      <Line text={lineOf(words)} />
    </form>
  );
}

/** The newest release, and whether the board is among those that may take it. */
function stands({ halted, newest, paused, rollout }: Channel, place: number | undefined): string {
  if (newest === 0) return 'Nothing was published yet.';
  const held = paused ? ' The channel is paused.' : halted ? ' Boards that failed halted it.' : '';
  const among =
    place === undefined
      ? ''
      : `; this board has place ${place}: ${place < rollout ? 'it takes it' : 'not yet its turn'}`;
  return `Version ${newest} is for ${rollout} of 1000 boards${among}.${held}`;
}

export function Releases() {
  const of = channel.value;
  if (!of || world.value?.lacks.command) return null;
  const ofChannel = [
    { name: 'pause the channel', words: ['channel', 'pause'], disabled: of.paused },
    { name: 'resume it', words: ['channel', 'resume'], disabled: !of.paused && !of.halted },
  ];
  const ofReleases = [...of.releases]
    .reverse()
    .flatMap(release =>
      actsOf(release, false).map(act => ({ ...act, name: `${act.name} version ${release.version}` })),
    );
  const stand = stands(of, shownBoard.value?.place);
  return (
    <Part id="releases" title="Releases" short={stand}>
      <p role="status">{stand}</p>
      {boards.value.size > 1 && of.newest > 0 && <Cohorts of={of} />}
      <table>
        <tbody>
          {[...of.releases].reverse().map(release => (
            <Release key={release.version} of={of} release={release} />
          ))}
        </tbody>
      </table>
      <Rollout of={of} />
      <div class="others">
        {ofChannel.map(act => (
          <Act key={act.name} isSmall {...act} />
        ))}
      </div>
      <Lines acts={[...ofReleases, ...ofChannel]} />
      <p class="quiet">
        A board installs what the vendor published and its owner approved, once it is among those that may; it
        proves all three. What came of an act stands in the card “Act”.
      </p>
    </Part>
  );
}

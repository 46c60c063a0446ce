/** The simulator's page. */
import { render } from 'preact';
import { Boards } from './Boards.js';
import { Break } from './Break.js';
import { Commands } from './Commands.js';
import { Console } from './Console.js';
import { connection, stayConnected } from './connection.js';
import { Decisions } from './Decisions.js';
import { Faults } from './Faults.js';
import { block, wall, world } from './known.js';
import { Open } from './Open.js';
import { jump } from './Part.js';
import { play, replayParts } from './player.js';
import { Rail } from './Rail.js';
import { Recording } from './Recording.js';
import { Releases } from './Releases.js';
import { Reports } from './Reports.js';
import { Time } from './Time.js';
import { span } from './words.js';

const TICK_MS = 500;

function Connected() {
  const { value } = connection;
  if (value.state === 'connecting') return <span>connecting…</span>;
  const since = span(wall.value - value.since);
  if (value.state === 'connected') return <span>connected since {since}</span>;
  return (
    <strong class="bad" role="alert">
      not connected since {since}. {value.reason}
    </strong>
  );
}

function Header() {
  const { value } = world;
  return (
    <header class="top">
      <h1>Holdfast</h1>
      <p>A board obeys its contracts, which it verifies itself, and nobody else.</p>
      <p class="quiet">
        <Connected />
        {value &&
          ` · ${value.kind === 'seeded' ? 'a seeded world, boards' : 'board'} on ${value.engine} at level ${value.level} · chain ${value.chainId}`}
        {block.value && `, block ${block.value.number}`}
      </p>
      <Open />
    </header>
  );
}

const parts = replayParts();

/** A recording in a file of its own: nobody is there to act on. */
function ReplayPage() {
  return (
    <>
      <header class="top">
        <h1>Holdfast</h1>
        <p>A board obeys its contracts, which it verifies itself, and nobody else.</p>
      </header>
      <Recording />
      <main class="recorded">
        <div class="column">
          <Boards />
          <Console />
        </div>
        <div class="column wide">
          <Decisions />
        </div>
      </main>
    </>
  );
}

function Page() {
  return (
    <>
      <button type="button" class="skip" onClick={() => jump('decisions')}>
        to the evidence
      </button>
      <Header />
      <Rail />
      <main>
        <div class="column">
          <Time />
          <Boards />
          <Commands />
          <Console />
        </div>
        <div class="column wide">
          <Decisions />
          <Releases />
          <Reports />
          <Faults />
          <Break />
        </div>
      </main>
    </>
  );
}

const place = document.getElementById('page')!;
place.replaceChildren();
if (parts) {
  render(<ReplayPage />, place);
  void play(parts);
} else {
  setInterval(() => {
    wall.value = Date.now();
  }, TICK_MS);
  render(<Page />, place);
  void stayConnected();
}

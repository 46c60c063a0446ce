/** The files of a new project of an author: an app from a template, and what is around it. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { repositoryRoot } from '../../host-sim/node/repository.js';

/** The templates by name, each with what help says of it. */
export const templates = {
  blank: 'one action that answers',
  relay: 'one output, off at every start',
  sensor: 'an analogue input that is read by itself, with an alarm',
  lock: 'a door lock that two operators open, and that fails safe, with a contact at the door',
} as const;

export type Template = keyof typeof templates;

const folder = join(repositoryRoot, 'tools', 'package', 'templates');

interface Versions {
  version: string;
  dependencies: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const readJson = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** The TypeScript that templates are tried with. */
const TYPESCRIPT = '5.9.3';

/**
 * The files, path in the project → text.
 *
 * @param name of the project, as npm has it
 * @param directory of the project, absolute
 */
export function projectFiles(template: Template, name: string, directory: string): Map<string, string> {
  const { dependencies, version }: Versions = readJson(join(repositoryRoot, 'package.json'));
  const manifest = {
    name,
    version: '0.1.0',
    private: true,
    type: 'module',
    // The entry of the image for mcpack; mcconfig goes by manifest.json.
    main: 'node_modules/holdfast/moddable/start.js',
    scripts: {
      start: 'holdfast start --app app.ts',
      test: 'holdfast test',
      check: 'tsc',
      rig: 'holdfast rig run --app app.ts',
      deploy: 'holdfast release deploy app.ts',
      chip: 'mcconfig -m -p esp32/esp32c3',
    },
    dependencies: { holdfast: sourceOf(directory) ?? `^${version}`, valibot: dependencies.valibot },
    devDependencies: { '@types/node': '^20', typescript: TYPESCRIPT },
  };
  const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;
  return new Map([
    ['app.ts', readFileSync(join(folder, template, 'app.ts'), 'utf8')],
    ['app.test.ts', readFileSync(join(folder, template, 'app.test.ts'), 'utf8')],
    ['rig/first.scenario.ts', readFileSync(join(folder, template, 'first.scenario.ts'), 'utf8')],
    ['.github/workflows/rig.yml', WORKFLOW],
    ['manifest.json', json(moddable)],
    ['package.json', json(manifest)],
    ['tsconfig.json', json({ compilerOptions, include: ['*.ts', 'rig/*.ts'] })],
    ['README.md', readmeOf(name, template)],
    ['.gitignore', 'node_modules/\n.holdfast/\nreports/\n'],
  ]);
}

/** For the Moddable SDK, `mcconfig -m -p esp32/…` in the project's folder: the app is one module of the image. */
const moddable = {
  include: ['./node_modules/holdfast/manifest.json'],
  modules: { 'project/app': './app' },
  preload: ['project/app'],
};

/** For GitHub Actions: tests, then scenarios on simulated boards, whose reports and recordings are kept whatever came of them. */
const WORKFLOW = `name: rig
on: [push, pull_request]
jobs:
  rig:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 20 }
      - run: npm ci
      - run: npm test
      - run: npx holdfast rig run --app app.ts --target node --jobs 2 --retries 1 --junit reports/rig.xml --html reports/rig.html --record reports/recordings
      - if: always()
        uses: actions/upload-artifact@v4
        with: { name: rig, path: reports }
`;

const compilerOptions = {
  target: 'ES2022',
  module: 'ESNext',
  moduleResolution: 'Bundler',
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  verbatimModuleSyntax: true,
};

/** The file that this package was installed from, as a dependency of a project there; undefined for a registry's. */
function sourceOf(directory: string): string | undefined {
  const modules = dirname(repositoryRoot);
  try {
    const { packages } = readJson(join(modules, '.package-lock.json'));
    const { resolved } = packages['node_modules/holdfast'];
    if (!resolved.startsWith('file:')) return undefined;
    const file = join(modules, '..', resolved.slice('file:'.length));
    return `file:${relative(directory, file).replaceAll('\\', '/')}`;
  } catch {
    return undefined;
  }
}

const readmeOf = (name: string, template: Template): string => `# ${name}

Firmware for a board that obeys its owner's contracts and nobody else, made from the template \`${template}\` of holdfast.

| | |
| --- | --- |
| \`npm install\` | once |
| \`npm test\` | the tests of \`app.test.ts\`, on a board without a chain |
| \`npm run check\` | the types |
| \`npm run rig\` | the scenarios of \`rig/\` (\`*.scenario.ts\` or \`*.scenario.yaml\`), on a simulated board with its chain; \`npx holdfast rig steps\` lists what they are made of |
| \`npm start\` | a simulated board that runs \`app.ts\`, with its chain; it prints what to type in a second terminal |
| \`npm start -- --watch\` | the same, and each save becomes a real update; \`--hot\` flashes the board instead |
| \`npm run chip\` | with the Moddable SDK and ESP-IDF, \`mcconfig -m -p esp32/esp32c3\`: the image for a chip, whose manifest is \`manifest.json\` (\`npx -c 'mcpack mcconfig -m -p esp32/esp32c3'\` makes the same by way of \`package.json\`; both find this folder’s \`tsc\`); a file that \`app.ts\` imports is a module there too (\`"project/door": "./door"\`), and listed in \`preload\` |
| \`npm run deploy\` | there: builds the app as it is then, publishes, approves and installs it as a real update |

An app must be healthy within half a minute after an update, or the board goes back to the image before. What it throws is a fault that names the line.
`;

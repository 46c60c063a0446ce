/** firmware/GUIDE.md, block by block, as somebody would type it: commands, files, and the words that they lead to. */
import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { authorsEnvironment, packPackage } from './installed.js';
import { startWorld } from './world.js';

interface Block {
  language: string;
  text: string;
}

const blocksOf = (markdown: string): Block[] =>
  [...markdown.matchAll(/^```([^\n]*)\n(.*?)^```$/gms)].map(([, language, text]) => ({ language, text }));

/** A file whole, or one line of it in place of the one that the block's first line names. */
function write(folder: string, text: string): void {
  const [first, ...rest] = text.split('\n');
  const [, file, line] = /^\/\/ ([\w./]+)(?:: (.*))?$/.exec(first)!;
  const path = join(folder, file);
  const body = rest.join('\n');
  if (line === undefined) {
    writeFileSync(path, body);
    return;
  }
  const before = readFileSync(path, 'utf8');
  if (!before.includes(line)) throw new Error(`${file} has no line ${line}`);
  writeFileSync(path, before.replace(line, body.trimEnd()));
}

/** True when `said` has the line, where `…` stands for anything. */
const saysLine = (said: string, line: string): boolean => {
  const escaped = line.split('…').map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(escaped.join('.*')).test(said);
};

testWithChain('every block of the guide does what the guide says', async t => {
  const packed = await packPackage();
  const { folder } = packed;
  copyFileSync(packed.tarball, join(folder, basename(packed.tarball)));
  const npm = {
    npm_config_prefer_offline: 'true',
    npm_config_ignore_scripts: 'true',
    npm_config_audit: 'false',
  };
  const env = { ...authorsEnvironment(), ...npm };
  let cwd = folder;
  let said = '';
  let world: Awaited<ReturnType<typeof startWorld>> | undefined;
  try {
    for (const { language, text } of blocksOf(
      readFileSync(join(repositoryRoot, 'firmware', 'GUIDE.md'), 'utf8'),
    )) {
      if (language === 'ts') write(cwd, text);
      else if (/^(json|yaml) /.test(language)) writeFileSync(join(cwd, language.slice(5)), text);
      else if (language === 'sh first terminal') {
        world = await startWorld(cwd, join(cwd, 'node_modules'), text.trim().split(' ').slice(2));
      } else if (language === 'sh') {
        const options = { cwd, env, maxBuffer: 1 << 26 };
        const { stderr, stdout } = await promisify(execFile)('sh', ['-ec', text], options);
        said = stdout + stderr;
        if (/^cd /m.test(text)) cwd = join(cwd, /^cd (\S+)/m.exec(text)![1]);
      } else {
        for (const line of text.trimEnd().split('\n'))
          t.true(saysLine(said, line), `${line}\n— in —\n${said}`);
      }
    }
    t.truthy(world, 'the board ran');
  } finally {
    await world?.stop();
    packed.remove();
  }
});

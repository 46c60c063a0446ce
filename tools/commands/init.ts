import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { projectFiles, type Template, templates } from '../app/newProject.js';
import { defineCommand, flag, operand } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { oneOf, path } from '../cli/kinds.js';
import { writeWholeFiles } from '../cli/wholeFiles.js';

const names = Object.keys(templates) as Template[];

export default defineCommand({
  summary: 'Begin the firmware of a board in a new folder',
  details: `Templates:\n${names.map(name => `  ${name.padEnd(8)} ${templates[name]}`).join('\n')}`,
  example: 'holdfast init my-lock --template lock',
  operands: { directory: operand(path, 'the folder, which is made; or one that is empty') },
  flags: { template: flag(oneOf(...names), 'what to begin with', 'blank') },
  run: async ({ flags, operands }) => {
    const directory = resolve(operands.directory);
    if (existsSync(directory) && readdirSync(directory).length > 0) {
      throw new Failure('exists', `${directory} is not empty and is left as it is: choose another folder.`);
    }
    const { template } = flags;
    const name =
      basename(directory)
        .toLowerCase()
        .replaceAll(/[^a-z0-9-]+/g, '-')
        .replace(/^-+/, '') || 'board';
    const files = projectFiles(template as Template, name, directory);
    writeWholeFiles([...files].map(([file, text]) => [join(directory, file), text] as const));
    return { ok: true, directory, shown: operands.directory, template, files: [...files.keys()] };
  },
  show: ({ files, shown, template }) => [
    `${shown} begins as a ${template}: ${files.join(', ')}.`,
    `Next: cd ${shown} && npm install && npm test && npm start`,
  ],
});

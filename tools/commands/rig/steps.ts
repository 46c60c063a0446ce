/** `holdfast rig steps`: the steps that scenarios are made of. */
import { defineCommand } from '../../cli/command.js';

export default defineCommand({
  summary: 'List the steps that scenarios are made of, each with an example',
  example: 'holdfast rig steps',
  operands: {},
  flags: {},
  run: async () => {
    const { steps } = await import('../../rig/steps/index.js');
    const listed = Object.entries(steps).map(([name, { example, summary }]) => ({ name, summary, example }));
    return { ok: true, steps: listed };
  },
  show: ({ steps }) =>
    steps.flatMap(({ example, name, summary }) => [`${name}: ${summary}`, `    - ${example}`]),
});

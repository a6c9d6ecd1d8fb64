import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';

/** `evenkeel completion`: a completion script for bash, which asks evenkeel itself. */
export const completionCommand = buildCommand<Record<never, never>, string[], CliContext>({
  docs: {
    brief: 'Print the shell completion for bash',
    customUsage: ['> /etc/bash_completion.d/evenkeel'],
  },
  parameters: {
    positional: {
      kind: 'array',
      parameter: { parse: String, brief: 'Words typed so far; used by the completion itself', placeholder: 'word' },
    },
  },
  async func(_flags, ...words) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      if (words.length === 0) {
        this.print(bashCompletion);
        return exitCodes.done;
      }
      const { proposeCompletions } = await import('@stricli/core');
      const { app } = await import('./app.ts');
      // The first word is the program's own name.
      const proposals = await proposeCompletions(app, words.slice(1), this);
      for (const proposal of proposals) this.print(proposal.completion);
      return exitCodes.done;
    });
  },
});

const bashCompletion = `# bash completion for evenkeel
_evenkeel() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" completion -- "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _evenkeel evenkeel
`;

import * as z from 'zod';
import { duration, text } from './schema-parts.ts';

const name = (description: string, example: string) =>
  text('name', { description, examples: [example] }).exactOptional();

/** One thing done; which of its keys go together is judged in `fault-steps.ts`. */
const step = z
  .strictObject({
    host: name('A host of the edge.', 'lb1'),
    service: z
      .enum(['nginx', 'keepalived', 'pdns', 'sshd', 'agent'])
      .meta({ title: 'a service', description: 'A daemon of the host.', examples: ['nginx'] })
      .exactOptional(),
    command: z
      .array(z.string().meta({ title: 'a word' }))
      .min(1)
      .meta({
        title: 'a command as a list of words',
        description: 'Run on the host as root, without a shell.',
        examples: [['systemctl', 'reload', 'nginx']],
      })
      .exactOptional(),
    from: name('The host whose packets are lost.', 'lb1'),
    to: name('The host that does not get them.', 'lb2'),
    direction: z
      .enum(['one-way', 'two-way'])
      .meta({
        title: 'a direction',
        description: 'Whether the other direction is lost too.',
        default: 'two-way',
        examples: ['one-way'],
      })
      .exactOptional(),
    network: name('A network of the edge.', 'lan'),
    does: z
      .enum([
        'kill',
        'hang',
        'resume',
        'stop',
        'start',
        'power-off',
        'power-on',
        'link-down',
        'link-up',
        'cut',
        'join',
        'down',
        'up',
      ])
      .meta({ title: 'what is done', description: 'What is done.', examples: ['kill'] })
      .exactOptional(),
  })
  .meta({
    title: 'a step',
    description: 'One thing done.',
    examples: [{ host: 'lb1', service: 'nginx', does: 'kill' }],
  });

const steps = (description: string) =>
  z
    .array(step)
    .min(1)
    .meta({ title: 'a list of steps', description, examples: [[{ host: 'lb1', service: 'nginx', does: 'start' }]] });

/** The shape of one fault that a person wrote. */
export const faultSchema = z
  .strictObject({
    name: text('name', { description: 'What the drill is called by.', examples: ['both-web-servers'] }),
    title: z
      .string()
      .min(1)
      .meta({ title: 'text', description: 'What happens, in one line.', examples: ['both web servers hang'] }),
    cause: steps('What breaks, in order.'),
    heal: steps('What mends it, in order; after it the edge is as before.'),
    expect: z
      .strictObject({
        gap: z
          .union([
            z.enum(['none', 'until-repaired']),
            duration('The longest time without a success.', '500ms').unwrap(),
          ])
          .meta({
            title: 'a duration, `none` or `until-repaired`',
            description: 'The longest time without a success.',
            examples: ['500ms', 'until-repaired'],
          })
          .exactOptional(),
        as: z
          .array(z.string().meta({ title: 'the name of a fault' }))
          .min(1)
          .meta({
            title: 'a list of faults of the model',
            description: 'It costs what the proof promises for these faults of the model together.',
            examples: [['nginx-dead:lb1']],
          })
          .exactOptional(),
      })
      .meta({
        title: '`{ gap: DURATION }` or `{ as: [FAULT, ...] }`',
        description: 'What the measurement is held against.',
        examples: [{ gap: '500ms' }],
      }),
  })
  .meta({ title: 'a fault', description: 'A fault of your own.' });

/** The shape of a file of faults. */
export const faultsSchema = z.strictObject({
  version: z.literal(1).meta({ title: '1', description: 'Version of this file format.', examples: [1] }),
  faults: z.array(faultSchema).meta({ title: 'a list of faults', description: 'Faults of your own.' }),
});

/** A step as it was written. */
export type WrittenStep = z.infer<typeof step>;

/** A fault as it was written. */
export type WrittenFault = z.infer<typeof faultSchema>;

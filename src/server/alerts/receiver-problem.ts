import type { EdgeView } from '../../report/edge-view.ts';
import type { DeliveryNews } from './delivery.ts';

/** What happened to a message of a receiver, and when (ISO 8601). */
interface ReceiverNews {
  readonly name: string;
  readonly at: string;
  readonly news: DeliveryNews;
}

/** The problems of the board after a receiver took a message, or did not. One that fails is a problem until it takes one. */
export function receiverProblem(
  problems: EdgeView['problems'],
  { name, at, news }: ReceiverNews,
): EdgeView['problems'] {
  const key = `receiver-failing ${name}`;
  const others = problems.filter((row) => row.key !== key);
  if (news.kind === 'taken') return others.length === problems.length ? problems : others;
  const before = problems.find((row) => row.key === key);
  return [
    ...others,
    {
      key,
      code: 'receiver-failing',
      severity: 'warning',
      subject: name,
      message: `the receiver of alerts ${name} takes no messages: ${news.said}`,
      next: `${news.kind === 'not-taken' ? `${news.next}; ` : ''}evenkeel alert test ${name}`,
      since: before?.since ?? at,
    },
  ];
}

import { STATES, TRANSITIONS, type Transition } from './transitions.ts';

/** The life cycle as a Mermaid state diagram and two tables: what docs/LIFE-CYCLE.md holds. */
export function drawLifeCycle(): string {
  const rows: readonly Transition[] = TRANSITIONS;
  const arrows = rows.flatMap(({ event, from, to, when }) =>
    from.map((start) => {
      const end = to === 'same' ? start : to;
      const condition = when ? ` [${when}]` : '';
      return `  ${nameOf(start)} --> ${nameOf(end)}: ${event}${condition}`;
    }),
  );
  const states = Object.entries(STATES).map(([state, meaning]) => `| \`${state}\` | ${meaning} |`);
  const transitions = rows.map(
    ({ event, by, from, to, when }) =>
      `| \`${event}\` | ${by.join(', ')} | ${from.join(', ')} | ${to} | ${when ?? ''} |`,
  );
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...arrows,
    '```',
    '',
    '| state | meaning |',
    '| --- | --- |',
    ...states,
    '',
    '| event | caused by | from | to | when |',
    '| --- | --- | --- | --- | --- |',
    ...transitions,
    '',
  ].join('\n');
}

/** Mermaid takes no hyphen in a name, and the start is a star. */
function nameOf(state: string): string {
  return state === 'new' ? '[*]' : state.replaceAll('-', '_');
}

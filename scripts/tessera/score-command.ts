import { type Command, commandGroup } from './command.ts';
import { scoreEvaluate } from './score-evaluate.ts';
import { scoreExplain } from './score-explain.ts';
import { scoreHandbook } from './score-handbook.ts';
import { scoreTrain } from './score-train.ts';

/** `tessera score …` */
export const score: Command = commandGroup(
  'score',
  'train, test and explain fraud scores',
  'tessera score handbook --json',
  [scoreHandbook, scoreTrain, scoreEvaluate, scoreExplain],
);

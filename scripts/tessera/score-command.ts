import { type Command, commandGroup } from './command.ts';
import { scoreEvaluate } from './score-evaluate.ts';
import { scoreExplain } from './score-explain.ts';
import { scoreHandbook } from './score-handbook.ts';
import { scoreCard, scoreDrift, scoreTrainLive } from './score-live.ts';
import { scoreExport, scoreLabel, scoreReplay } from './score-log.ts';
import { scorePutInForce } from './score-put-in-force.ts';
import { scoreSimulateRules } from './score-simulate.ts';
import { scoreTrain } from './score-train.ts';

/** `tessera score …` */
export const score: Command = commandGroup(
  'score',
  'train, test and explain fraud scores',
  'tessera score handbook --json',
  [
    ...[scoreHandbook, scoreTrain, scoreEvaluate, scoreExplain],
    ...[scoreSimulateRules, scorePutInForce, scoreReplay, scoreExport, scoreLabel],
    ...[scoreTrainLive, scoreDrift, scoreCard],
  ],
);

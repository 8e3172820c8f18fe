import { describeMutants } from "./describe-mutants.js";
import { subgraphAnswerMutants } from "./subgraph-answers.js";

describeMutants("in what subgraphs are believed, or in mutations they share", subgraphAnswerMutants);

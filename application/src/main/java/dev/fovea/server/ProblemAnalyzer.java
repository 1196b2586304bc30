package dev.fovea.server;

import dev.fovea.kernel.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** A problem at start-up is told as what happened and what to do, without a stack trace. */
final class ProblemAnalyzer extends AbstractFailureAnalyzer<Problem> {
  @Override
  protected @Nullable FailureAnalysis analyze(Throwable root, Problem problem) {
    return new FailureAnalysis(problem.explanation(), problem.remedy(), root);
  }
}

package dev.fovea.roles.wire;

import dev.fovea.kernel.Problem;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints a problem that ends the start as words and remedy, without a trace. */
final class ProblemAnalyzer extends AbstractFailureAnalyzer<Problem> {
  @Override
  protected FailureAnalysis analyze(Throwable root, Problem cause) {
    return new FailureAnalysis(cause.explanation(), cause.remedy(), cause);
  }
}
